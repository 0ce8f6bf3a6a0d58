//! Every route of the OpenAPI document, with every kind of token that is not good enough: a route that is added is
//! covered by itself (docs/rules.md#i).

use super::door::{Ask, Door, Tenant, refused};
use super::tokens;
use anyhow::{Context, Result};
use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::path::PathBuf;
use zikaron_aws::clock::SystemClock;
use zikaron_protocol::ports::clock::Clock;

const ROLES: [&str; 3] = ["viewer", "agent", "admin"];
/// Stands in everything the victim holds, and so in every answer that gives something of it away.
const MARK: &str = "קרבן";

/// An operation of the document.
struct Route {
    method: Method,
    path: String,
    role: usize,
    content_type: Option<String>,
    body: Option<String>,
}

fn routes(document: &Value) -> Result<Vec<Route>> {
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().context("paths")? {
        for (method, operation) in item.as_object().context("operations")? {
            let role = operation["security"][0]["staff"][0].as_str();
            let role = role.with_context(|| format!("{method} {path} asks for no role"))?;
            let content = operation["requestBody"]["content"].as_object().and_then(|content| content.iter().next());
            let (content_type, body) =
                content.map(|(kind, content)| (kind.clone(), example(document, content))).unzip();
            routes.push(Route {
                method: method.to_uppercase().parse()?,
                path: path.strip_prefix("/v1").context("a route outside of /v1")?.to_owned(),
                role: ROLES.iter().position(|known| *known == role).context("an unknown role")?,
                content_type,
                body,
            });
        }
    }
    assert!(routes.len() > 20, "{}", routes.len());
    Ok(routes)
}

/// The example of a body: at the content, or at its schema.
fn example(document: &Value, content: &Value) -> String {
    if let Some(text) = content["example"].as_str() {
        return text.to_owned();
    }
    let name = content["schema"]["$ref"].as_str().and_then(|at| at.rsplit('/').next()).unwrap_or_default();
    let mut example = document["components"]["schemas"][name]["example"].clone();
    assert!(!example.is_null(), "the body {name} has no example");
    // What the document says has a day on which it is past, and only what is to come is taken.
    if let Some(due_at) = example.get_mut("due_at") {
        *due_at = json!(SystemClock.now() + SignedDuration::from_hours(24));
    }
    example.to_string()
}

/// What the victim holds, by what its own admin sees of it.
struct Victim {
    tenant: Tenant,
    lead: String,
    note: String,
    phone: String,
}

impl Victim {
    async fn new(door: &Door) -> Result<Self> {
        let (tenant, phone) = (Tenant::new(door).await?, Tenant::phone());
        let settings = json!({"name": MARK, "instructions": MARK});
        door.ask(&tenant.ask(Method::PATCH, "/settings").body(&settings)).await?.well()?;
        let new = json!({"phone": phone, "profile": {"name": MARK, "city": MARK}});
        let lead = door.ask(&tenant.ask(Method::POST, "/leads").body(&new)).await?.well()?["lead"].clone();
        let lead = lead.as_str().context("no lead")?.to_owned();
        let note = tenant.ask(Method::POST, format!("/leads/{lead}/notes")).body(&json!({"text": MARK}));
        let note = door.ask(&note).await?.well()?["id"].as_str().context("no note")?.to_owned();
        let webhook = json!({"url": format!("https://hooks.example.com/{MARK}")});
        door.ask(&tenant.ask(Method::PUT, "/webhook").body(&webhook)).await?.well()?;
        // A second one, so that lists have a next page.
        let other = json!({"phone": "+12025550199"});
        door.ask(&tenant.ask(Method::POST, "/leads").body(&other)).await?.well()?;
        Ok(Self { tenant, lead, note, phone })
    }

    async fn all(&self, door: &Door) -> Result<Value> {
        let mut all = Vec::new();
        let own = ["/settings", "/leads", "/webhook", "/webhook/secret", "/webhook/deliveries"].map(str::to_owned);
        for path in own.into_iter().chain([format!("/leads/{}/export", self.lead)]) {
            let mut seen = door.ask(&self.tenant.ask(Method::GET, path)).await?.well()?;
            seen.as_object_mut().map(|seen| seen.remove("exported_at"));
            all.push(seen);
        }
        Ok(Value::Array(all))
    }

    /// A request that means the victim's things.
    fn ask(&self, route: &Route, token: Option<String>) -> Ask {
        let path = route.path.replace("{lead}", &self.lead).replace("{note}", &self.note);
        let path = path.replace("{card}", "conversations").replace("{delivery}", "msg_of_the_victim");
        let path =
            path.replace("{connection}", "demo").replace("{number}", "100000000000001").replace("{field}", "city");
        let body = route.body.as_ref().map(|body| body.replace("+972555000001", &self.phone));
        Ask {
            method: route.method.clone(),
            path,
            token,
            content_type: route.content_type.clone(),
            body,
            headers: Vec::new(),
        }
    }

    /// A cursor of each of the victim's lists.
    async fn cursor(&self, door: &Door) -> Result<String> {
        let page = door.ask(&self.tenant.ask(Method::GET, "/leads?limit=1")).await?.well()?;
        Ok(page["next"].as_str().context("the list of two leads has no second page")?.to_owned())
    }
}

async fn nobody_gets_in(door: &Door) -> Result<()> {
    let routes = routes(&door.document().await?)?;
    let victim = Victim::new(door).await?;
    let before = victim.all(door).await?;
    let claims = json!({"business": victim.tenant.business, "role": "admin"});
    let bad = tokens::bad(door, &claims).await?;
    assert!(bad.len() >= 10);
    for route in &routes {
        for (kind, token) in &bad {
            let answer = door.ask(&victim.ask(route, token.clone())).await?;
            let told = format!("{} {} with {kind}: {answer:?}", route.method, route.path);
            // The stand-in for the gateway stumbles over an end that is no number; the function never sees it.
            let stumbles = *kind == "one whose end is no number" && matches!(door, Door::Deployed { .. });
            assert_eq!(answer.status, if stumbles { 500 } else { 401 }, "{told}");
            assert!(!answer.text.contains(MARK) && !answer.text.contains(&victim.lead), "{told}");
        }
        let lower = ROLES.iter().take(route.role).map(|role| json!(role));
        for role in lower.chain([json!("nobody"), json!(null), json!(["owner"])]) {
            let token = door.token(json!({"business": victim.tenant.business, "role": role})).await?;
            let answer = door.ask(&victim.ask(route, Some(token))).await?;
            let told = format!("{} {} as {role}: {answer:?}", route.method, route.path);
            assert_eq!(answer.status, 403, "{told}");
            assert!(!answer.text.contains(MARK), "{told}");
        }
    }
    assert_eq!(victim.all(door).await?, before, "something was changed");
    Ok(())
}

async fn another_business_reaches_nothing(door: &Door) -> Result<()> {
    let routes = routes(&door.document().await?)?;
    let victim = Victim::new(door).await?;
    let before = victim.all(door).await?;
    let cursor = victim.cursor(door).await?;
    let stranger = Tenant::new(door).await?;
    for route in &routes {
        let answer = door.ask(&victim.ask(route, Some(stranger.token.clone()))).await?;
        let told = format!("{} {}: {answer:?}", route.method, route.path);
        if route.path.contains("{lead}") {
            assert_eq!(answer.status, 404, "{told}");
        } else if route.path.contains('{') && !route.path.contains("{card}") {
            // The name of a count is nobody's: who asks sees their own.
            assert!(refused(answer.status), "{told}");
        }
        let own = route.path == "/leads" || route.path == "/leads/import";
        assert!(!answer.text.contains(MARK) && !answer.text.contains(&victim.lead), "{told}");
        assert!(own || !answer.text.contains(&victim.phone), "{told}");
    }
    for (path, expected) in [
        (format!("/leads?cursor={cursor}"), 400),
        (format!("/leads?name={MARK}"), 200),
        (format!("/figures/conversations/sessions?cursor={cursor}"), 400),
        (format!("/leads/{}/messages?cursor={cursor}", victim.lead), 400),
        (format!("/leads/..%2f{}%2f{}", victim.tenant.business, victim.lead), 404),
        (format!("/leads/{}%23L%23{}", victim.tenant.business, victim.lead), 404),
    ] {
        let answer = door.ask(&stranger.ask(Method::GET, &path)).await?;
        assert!(answer.status == expected || answer.status == 404, "{path}: {answer:?}");
        assert!(!answer.text.contains(MARK) && !answer.text.contains(&victim.lead), "{path}: {answer:?}");
    }
    assert_eq!(victim.all(door).await?, before, "something was changed");
    Ok(())
}

#[tokio::test]
async fn without_a_good_token_every_route_of_the_function_is_shut() -> Result<()> {
    nobody_gets_in(&Door::function()?).await
}

#[tokio::test]
async fn without_a_good_token_every_deployed_route_is_shut() -> Result<()> {
    nobody_gets_in(&Door::deployed()?).await
}

#[tokio::test]
async fn another_business_reaches_nothing_through_the_function() -> Result<()> {
    another_business_reaches_nothing(&Door::function()?).await
}

#[tokio::test]
async fn another_business_reaches_nothing_through_what_is_deployed() -> Result<()> {
    another_business_reaches_nothing(&Door::deployed()?).await
}

/// The business of a request comes from its token: no handler can make one.
#[test]
fn only_authentication_makes_a_business() -> Result<()> {
    let mut left = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../functions/api/src"))];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                left.push(entry?.path());
            }
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let makes = text.contains("BusinessId::parse") || text.contains("BusinessId>(");
        assert_eq!(makes, path.ends_with("auth.rs"), "{}", path.display());
    }
    Ok(())
}
