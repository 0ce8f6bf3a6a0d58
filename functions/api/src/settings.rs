//! What a business chose, and its lines.

use crate::Api;
use crate::auth::{Admin, Viewer};
use crate::json::{Body, Expected, tagged};
use crate::openapi::{Answers, of_route};
use crate::ports::Ports;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, Line, NumberId};
use zikaron_protocol::ports::business_store::{BusinessStore, HeldSettings};
use zikaron_protocol::ports::store::CommitError;

const ATTEMPTS: usize = 5;

/// A number or agent that leads to the business.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Route {
    /// The connection (one Meta app, or one account at a call provider).
    connection: String,
    /// The WhatsApp `phone_number_id`, business number or voice agent.
    number: String,
}

/// The settings of the business.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingsDocument {
    /// What the business chose.
    #[serde(flatten)]
    settings: Settings,
    /// Silence after which a session ends, in seconds; the operator's choice.
    session_idle_seconds: i64,
    /// The numbers and agents that lead to the business.
    routes: Vec<Route>,
}

/// Settings to be changed, as a JSON merge patch (RFC 7396, <https://www.rfc-editor.org/rfc/rfc7396>).
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct SettingsPatch(Map<String, Value>);

impl ToSchema for SettingsPatch {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Settings::schemas(schemas);
    }
}

impl PartialSchema for SettingsPatch {
    /// That of the settings; each may be null, and none has a default: a client that a generator made would send it, and
    /// so take back what the business chose.
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut patch)) = Settings::schema() else { return Settings::schema() };
        for setting in patch.properties.values_mut() {
            *setting = or_null(std::mem::take(setting));
        }
        let said =
            "Settings to be changed; what is left out stays, null is the default, and an unknown one is refused.";
        patch.description = Some(said.to_owned());
        patch.example = Some(json!({"enable_customer_service": true, "language": "he"}));
        patch.into()
    }
}

fn or_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    let with_null = |kind| match kind {
        SchemaType::Type(one) => [one, Type::Null].into_iter().collect(),
        several => several,
    };
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.schema_type = with_null(object.schema_type);
            object.default = None;
            object.into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.schema_type = with_null(array.schema_type);
            array.default = None;
            RefOr::T(Schema::Array(array))
        }
        other => OneOfBuilder::new().item(other).item(ObjectBuilder::new().schema_type(Type::Null)).into(),
    }
}

async fn show<P: Ports>(api: &Api<P>, business: &BusinessId, held: HeldSettings) -> Result<Response, Problem> {
    let lines = api.ports.store().lines(business).await?;
    let route = |line: Line| Route { connection: line.connection.to_string(), number: line.number.to_string() };
    let document = SettingsDocument {
        settings: held.settings,
        session_idle_seconds: api.idle.as_secs(),
        routes: lines.into_iter().map(route).collect(),
    };
    Ok(tagged(held.version, document))
}

/// The settings of the business
#[utoipa::path(get, path = "/v1/settings", tag = "settings", operation_id = "read_settings",
    responses((status = 200, body = SettingsDocument, headers(("ETag" = String)))),
    security(("staff" = ["viewer"])))]
pub(crate) async fn read<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
) -> Result<Response, Problem> {
    let held = api.ports.store().held_settings(&caller.business).await?;
    show(&api, &caller.business, held).await
}

/// Change settings
///
/// All of it or nothing. Functions see it when their cache has run out (a minute).
#[utoipa::path(patch, path = "/v1/settings", tag = "settings", operation_id = "change_settings",
    params(Expected), request_body = SettingsPatch,
    responses((status = 200, body = SettingsDocument, headers(("ETag" = String))), Expected),
    security(("staff" = ["admin"])))]
pub(crate) async fn change<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Expected(expected): Expected,
    Body(SettingsPatch(changes)): Body<SettingsPatch>,
) -> Result<Response, Problem> {
    let (store, business) = (api.ports.store(), &caller.business);
    for _ in 0..ATTEMPTS {
        let held = store.held_settings(business).await?;
        if expected.is_some_and(|expected| expected != held.version) {
            return Err(Problem::moved());
        }
        let next = HeldSettings { version: held.version + 1, settings: held.settings.patch(&changes)? };
        match store.write_settings(business, &next).await {
            Ok(()) => return show(&api, business, next).await,
            Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "others keep changing the settings: try again"))
}

/// Which line.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct RoutePath {
    /// The connection.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    connection: String,
    /// The WhatsApp `phone_number_id`, business number or voice agent.
    #[param(pattern = "^[A-Za-z0-9_.+-]{1,128}$")]
    number: String,
}

impl IntoResponses for RoutePath {
    fn responses() -> Answers {
        of_route()
    }
}

impl RoutePath {
    fn line(self) -> Result<Line, Problem> {
        let connection = ConnectionId::parse(self.connection).map_err(|_| not_yours())?;
        let number = NumberId::parse(self.number).map_err(|error| Problem::invalid("number", error.rule))?;
        Ok(Line { connection, number })
    }
}

/// The same for one that does not exist: nobody learns who is connected how.
fn not_yours() -> Problem {
    let detail = "this connection was not given to your business alone; ask the operator to set the route";
    Problem::new(StatusCode::FORBIDDEN, detail).at("connection")
}

async fn own_line<P: Ports>(api: &Api<P>, business: &BusinessId, path: RoutePath) -> Result<Line, Problem> {
    let line = path.line()?;
    let owner = api.ports.store().owner(&line.connection).await?;
    owner.filter(|owner| owner == business).map(|_| line).ok_or_else(not_yours)
}

/// Let a number or agent lead to the business
///
/// On a connection that belongs to the business alone; on shared ones the operator sets the routes.
#[utoipa::path(put, path = "/v1/settings/routes/{connection}/{number}", tag = "settings", params(RoutePath),
    responses((status = 204), RoutePath),
    security(("staff" = ["admin"])))]
pub(crate) async fn add_route<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Path(path): Path<RoutePath>,
) -> Result<StatusCode, Problem> {
    let line = own_line(&api, &caller.business, path).await?;
    if api.ports.store().put_line(&line, &caller.business).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::conflict("the number leads elsewhere: ask the operator").at("number"))
    }
}

/// Let a number or agent lead to the business no more
///
/// What customers write there is not answered from then on (functions notice within a minute).
#[utoipa::path(delete, path = "/v1/settings/routes/{connection}/{number}", tag = "settings", params(RoutePath),
    responses((status = 204), RoutePath), security(("staff" = ["admin"])))]
pub(crate) async fn drop_route<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Path(path): Path<RoutePath>,
) -> Result<StatusCode, Problem> {
    let line = own_line(&api, &caller.business, path).await?;
    if api.ports.store().drop_line(&line, &caller.business).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("route").at("number"))
    }
}
