//! `POST`: messages and statuses.

use crate::{Webhook, answer};
use lambda_http::http::StatusCode;
use lambda_http::{Body, Request, Response};
use std::collections::BTreeMap;
use zikaron_channels::connection::ConnectionSecrets;
use zikaron_channels::signature::{AppSignature, SIGNATURE_HEADER, may_be_signature};
use zikaron_channels::whatsapp::inbound::{Parsed, parse};
use zikaron_channels::whatsapp::set_aside::{Reason, SetAside};
use zikaron_protocol::model::event::{Event, TemplateChange, TemplateChanged};
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::EventBus;

/// The event of a status.
const STATUS: &str = "message.status";
/// Meta's own bound of one POST: 3 MB (<https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks>).
const MAX_BODY_BYTES: usize = 3 * 1024 * 1024;

impl<S: ConnectionSecrets, B: EventBus, C> Webhook<S, B, C> {
    pub(crate) async fn delivery(&self, request: &Request) -> Response<Body> {
        let body: &[u8] = request.body().as_ref();
        if body.len() > MAX_BODY_BYTES {
            return answer(StatusCode::PAYLOAD_TOO_LARGE, "");
        }
        let connection = match self.signed_by(request, body).await {
            Ok(Some(connection)) => connection,
            Ok(None) => return answer(StatusCode::UNAUTHORIZED, ""),
            Err(unavailable) => return unavailable,
        };
        let Ok(parsed) = parse(&connection, body) else {
            // Meta would repeat it for days, and it would not become readable.
            tracing::error!(%connection, bytes = body.len(), "a signed body is not a JSON object: set aside");
            return answer(StatusCode::OK, "");
        };
        tell(&connection, &parsed);
        if parsed.events.is_empty() {
            return answer(StatusCode::OK, "");
        }
        match self.bus.publish(&parsed.events).await {
            Ok(()) => answer(StatusCode::OK, ""),
            Err(error) => {
                tracing::error!(%connection, %error, "not everything is on the bus: Meta is asked to repeat");
                answer(StatusCode::SERVICE_UNAVAILABLE, "")
            }
        }
    }

    /// The connection whose secret signed these bytes; none if there is no such connection.
    async fn signed_by(&self, request: &Request, body: &[u8]) -> Result<Option<ConnectionId>, Response<Body>> {
        let header = request.headers().get(SIGNATURE_HEADER).and_then(|header| header.to_str().ok());
        // Without a signature there is nothing to check: no need to fetch a secret for a passing scanner, who pays nothing
        // for each name of a connection that is tried.
        let Some(header) = header.filter(|header| may_be_signature(header)) else { return Ok(None) };
        let Some((connection, secret)) = self.secret(request).await? else { return Ok(None) };
        match AppSignature::new(&secret.app_secret) {
            Ok(signature) => Ok(signature.verify(header, body).then_some(connection)),
            Err(error) => {
                tracing::error!(%connection, %error, "a connection cannot be trusted");
                Ok(None)
            }
        }
    }
}

/// Counts and kinds, never content.
fn tell(connection: &ConnectionId, parsed: &Parsed) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for event in &parsed.events {
        *kinds.entry(event.name()).or_default() += 1;
    }
    let events = parsed.events.len();
    if kinds.keys().all(|kind| *kind == STATUS) && parsed.set_aside.is_empty() {
        // Three of four requests: as lines they would be a fifth of all that is logged.
        tracing::debug!(%connection, events, ?kinds, "webhook received");
    } else {
        tracing::info!(%connection, events, ?kinds, "webhook received");
    }
    for event in &parsed.events {
        if let Event::TemplateChanged(TemplateChanged { template, language, change, .. }) = event {
            // The name is the business's own, and what an operator looks for when something was not sent.
            match change {
                TemplateChange::Status { status, usable: false, reason } => tracing::warn!(
                    %connection, template, language, status, reason, metric.templates_unusable = 1,
                    "a template cannot be sent any more"
                ),
                change => tracing::info!(%connection, template, language, ?change, "a template changed"),
            }
        }
    }
    let mut aside: BTreeMap<&SetAside, usize> = BTreeMap::new();
    for part in &parsed.set_aside {
        *aside.entry(part).or_default() += 1;
    }
    for (part, count) in aside {
        let (what, reason) = (part.what, &part.reason);
        if matches!(reason, Reason::NotForUs(_)) {
            tracing::info!(%connection, %what, %reason, count, "set aside");
        } else {
            tracing::warn!(%connection, %what, %reason, count, "set aside");
        }
    }
}
