//! What staff have done at a time, and what the API says where a rule refuses it.

use super::door::{Answer, Door, Tenant};
use anyhow::{Context, Result};
use axum::http::Method;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Value, json};
use std::time::Duration;
use zikaron_simulator::wait;
use zikaron_tests::stage::Stage;

const SOON: Duration = Duration::from_secs(30);

/// One customer of a business, who has never written.
struct Desk<'d> {
    door: &'d Door,
    tenant: Tenant,
    lead: String,
}

impl<'d> Desk<'d> {
    async fn new(door: &'d Door) -> Result<Self> {
        let tenant = Tenant::new(door).await?;
        let new = json!({"phone": Tenant::phone(), "profile": {"name": "דנה לוי"}});
        let lead = door.ask(&tenant.ask(Method::POST, "/leads").body(&new)).await?.well()?;
        let lead = lead["lead"].as_str().context("no lead")?.to_owned();
        Ok(Self { door, tenant, lead })
    }

    async fn settings(&self, settings: Value) -> Result<Value> {
        self.door.ask(&self.tenant.ask(Method::PATCH, "/settings").body(&settings)).await?.well()
    }

    async fn ask(&self, method: Method, rest: &str, body: Option<Value>) -> Result<Answer> {
        let ask = self.tenant.ask(method, format!("/leads/{}/actions{rest}", self.lead));
        self.door.ask(&body.iter().fold(ask, |ask, body| ask.body(body))).await
    }

    /// What the API says no with.
    async fn refused(&self, body: Value) -> Result<(u16, String)> {
        let answer = self.ask(Method::POST, "", Some(body)).await?;
        Ok((answer.status, answer.json()["field"].as_str().unwrap_or_default().to_owned()))
    }
}

/// Noon of tomorrow in UTC, which is early in the afternoon in Jerusalem.
fn due() -> Timestamp {
    let day = Timestamp::to_zoned(zikaron_simulator::now(), jiff::tz::TimeZone::UTC).date();
    let noon = day.saturating_add(1.day()).at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    noon.map(|noon| noon.timestamp()).unwrap_or_default()
}

fn action(kind: &str) -> Value {
    json!({"kind": kind, "text": "תזכורת לתור", "due_at": due()})
}

fn with(mut action: Value, name: &str, value: Value) -> Value {
    action[name] = value;
    action
}

/// No hour is quiet, and no day.
fn open() -> Value {
    json!({"enable_actions": true, "quiet_hours": {"from": "00:00", "until": "00:00"}, "quiet_days": []})
}

#[tokio::test]
async fn every_rule_refuses_by_its_name_when_it_is_entered() -> Result<()> {
    for door in [Door::function()?, Door::deployed()?] {
        let desk = Desk::new(&door).await?;
        let at = |status: u16, field: &str| (status, field.to_owned());
        assert_eq!(desk.refused(action("call")).await?, at(409, "switched_off"));
        desk.settings(open()).await?;
        assert_eq!(desk.refused(action("message")).await?, at(409, "no_conversation"));
        desk.settings(json!({"quiet_hours": {"from": "13:00", "until": "16:00"}})).await?;
        let soon = with(action("call"), "latest", json!(due() + SignedDuration::from_mins(30)));
        assert_eq!(desk.refused(soon.clone()).await?, at(409, "quiet_hours"));
        desk.settings(open()).await?;
        let day = due().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        desk.settings(json!({"quiet_days": [day]})).await?;
        assert_eq!(desk.refused(soon).await?, at(409, "quiet_day"));
        desk.settings(open()).await?;
        let marketing = |wanted| {
            let path = format!("/leads/{}/marketing", desk.lead);
            desk.tenant.ask(Method::PUT, path).body(&json!({"wanted": wanted}))
        };
        door.ask(&marketing(false)).await?.well()?;
        assert_eq!(desk.refused(action("call")).await?, at(409, "opted_out"));
        door.ask(&marketing(true)).await?.well()?;
        assert_eq!(desk.refused(with(action("call"), "text", json!(" "))).await?, at(422, "text"));
        assert_eq!(
            desk.refused(with(action("call"), "due_at", json!("2200-01-01T00:00:00Z"))).await?,
            at(422, "due_at")
        );
        let past = with(action("call"), "latest", json!("2020-01-01T00:00:00Z"));
        assert_eq!(desk.refused(past).await?, at(422, "latest"));
        for never in [due(), "9999-12-30T00:00:00Z".parse()?] {
            assert_eq!(desk.refused(with(action("call"), "latest", json!(never))).await?, at(422, "latest"));
        }
        assert_eq!(desk.refused(action("letter")).await?.0, 422);
    }
    Ok(())
}

#[tokio::test]
async fn what_is_entered_is_listed_moved_and_cancelled() -> Result<()> {
    for door in [Door::function()?, Door::deployed()?] {
        let desk = Desk::new(&door).await?;
        desk.settings(open()).await?;
        let made = desk.ask(Method::POST, "", Some(action("call"))).await?;
        assert_eq!(made.status, 201);
        let made = made.json();
        assert_eq!((&made["kind"], &made["ended"], &made["next_at"]), (&json!("call"), &Value::Null, &made["due_at"]));
        desk.settings(json!({"quiet_hours": {"from": "13:00", "until": "16:00"}})).await?;
        let moved = desk.ask(Method::POST, "", Some(action("call"))).await?.well()?;
        let next: Timestamp = moved["next_at"].as_str().context("none")?.parse()?;
        assert!(next > due() && next <= due() + SignedDuration::from_hours(3), "out of the quiet hours: {moved}");
        let listed = desk.ask(Method::GET, "?limit=1", None).await?.well()?;
        assert_eq!(listed["actions"][0]["id"], moved["id"]);
        let path = format!("?cursor={}", listed["next"].as_str().context("no more")?);
        let rest = desk.ask(Method::GET, &path, None).await?.well()?;
        assert_eq!((&rest["actions"][0]["id"], rest["next"].as_str()), (&made["id"], None));

        let id = format!("/{}", made["id"].as_str().context("no id")?);
        let later = json!({"due_at": due() + SignedDuration::from_hours(6), "text": "אחרת"});
        let changed = desk.ask(Method::PATCH, &id, Some(later.clone())).await?.well()?;
        assert_eq!((&changed["text"], changed["due_at"].as_str()), (&json!("אחרת"), later["due_at"].as_str()));
        for _ in 0..2 {
            let gone = desk.ask(Method::DELETE, &id, None).await?.well()?;
            assert_eq!((&gone["ended"]["end"], &gone["ended"]["reason"]), (&json!("cancelled"), &json!("staff")));
        }
        assert_eq!(desk.ask(Method::PATCH, &id, Some(later)).await?.status, 409);
        let unknown = desk.ask(Method::DELETE, "/action.01", None).await?;
        assert_eq!((unknown.status, unknown.json()["field"].as_str()), (404, Some("action")));
    }
    Ok(())
}

#[tokio::test]
async fn a_second_message_nobody_asked_for_is_refused_on_the_day_of_the_first() -> Result<()> {
    let (stage, door) = (Stage::set()?, Door::deployed()?);
    let business = stage.business().await?;
    business.remembers().await?;
    let token = door.token(json!({"business": business.admin.business(), "role": "admin"})).await?;
    let tenant = Tenant { business: business.admin.business().to_owned(), token };
    // It is early in the afternoon there, so that no day ends between the two. Signs are the other way round in these names.
    let hour = Timestamp::to_zoned(zikaron_simulator::now(), jiff::tz::TimeZone::UTC).hour();
    let zone = if hour > 13 { format!("Etc/GMT+{}", hour - 13) } else { format!("Etc/GMT-{}", 13 - hour) };
    let settings = with(open(), "time_zone", json!(zone));
    door.ask(&tenant.ask(Method::PATCH, "/settings").body(&settings)).await?.well()?;
    let mut dana = business.customer();
    dana.exchange("שלום").await?;
    let found = door.ask(&tenant.ask(Method::GET, format!("/leads?phone=%2B{}", dana.phone))).await?.well()?;
    let lead = found["leads"][0]["lead"].as_str().context("the customer is not found by their number")?.to_owned();
    let desk = Desk { door: &door, tenant, lead };

    let now = || json!(zikaron_simulator::now());
    let first = desk.ask(Method::POST, "", Some(with(action("message"), "due_at", now()))).await?.well()?;
    let ended = wait::until("the end of the first", SOON, async || {
        let listed = desk.ask(Method::GET, "", None).await?.well()?;
        Ok(Some(listed["actions"][0]["ended"].clone()).filter(|ended| !ended.is_null()))
    });
    assert_eq!(ended.await?["end"], "done", "{first}");
    for kind in ["message", "call"] {
        assert_eq!(desk.refused(with(action(kind), "due_at", now())).await?, (409, "once_a_day".to_owned()), "{kind}");
    }
    // A person is told at any time, and on another day it is another matter.
    assert_eq!(desk.ask(Method::POST, "", Some(with(action("person"), "due_at", now()))).await?.status, 201);
    let later = json!(zikaron_simulator::now() + SignedDuration::from_hours(24));
    assert_eq!(desk.ask(Method::POST, "", Some(with(action("message"), "due_at", later))).await?.status, 201);
    Ok(())
}
