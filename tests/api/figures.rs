//! Figures as staff read them, on the deployed whole: they equal a recount of what is stored, and of the lists behind them
//! (docs/metrics.md).

use super::door::{Ask, Door};
use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use zikaron_tests::stage::Stage;

/// What a person of a business reads.
struct Desk {
    door: Door,
    token: String,
}

impl Desk {
    async fn get(&self, path: impl Into<String>) -> Result<Value> {
        self.door.ask(&Ask::new(Method::GET, path, &self.token)).await?.well()
    }

    /// The figures, once so many digests are counted.
    async fn figures(&self, conversations: i64) -> Result<Value> {
        let counted = async || {
            let figures = self.get("/figures").await?;
            Ok((figures["total"]["conversations"] == conversations).then_some(figures))
        };
        zikaron_simulator::wait::until("the figures", std::time::Duration::from_secs(20), counted).await
    }

    /// The memories of all leads, counted by hand.
    async fn recount(&self) -> Result<BTreeMap<String, i64>> {
        let mut now: BTreeMap<String, i64> = BTreeMap::new();
        let leads = self.get("/leads?limit=100").await?;
        for row in leads["leads"].as_array().context("no leads")? {
            let lead = row["lead"].as_str().context("a lead without an id")?;
            let memory = self.get(format!("/leads/{lead}")).await?;
            let profile = memory["customer_profile_json"].as_object().context("no profile")?;
            let mut add = |name: String, number: usize| -> Result<()> {
                *now.entry(name).or_default() += i64::try_from(number)?;
                Ok(())
            };
            let known: Vec<_> = profile.iter().filter(|(_, field)| !field["value"].is_null()).collect();
            add("leads".to_owned(), usize::from(!known.is_empty() || memory["last_summary"].is_string()))?;
            add("named".to_owned(), usize::from(known.iter().any(|(name, _)| *name == "name")))?;
            add("three_fields".to_owned(), usize::from(known.len() >= 3))?;
            for (_, field) in &known {
                add(format!("values.{}", field["source"].as_str().unwrap_or_default()), 1)?;
            }
            let waiting = |field: &Value| field["suggestions"].as_array().map_or(0, Vec::len);
            add("suggestions_open".to_owned(), profile.values().map(waiting).sum())?;
        }
        now.retain(|_, number| *number != 0);
        Ok(now)
    }

    /// What the list behind a count adds up to on a day.
    async fn behind(&self, card: &str, day: &str) -> Result<i64> {
        let (mut sum, mut cursor) = (0, None::<String>);
        loop {
            let on = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page = self.get(format!("/figures/{card}/sessions?day={day}&limit=2{on}")).await?;
            let counts = page["sessions"].as_array().context("no sessions")?;
            sum += counts.iter().filter_map(|session| session["count"].as_i64()).sum::<i64>();
            cursor = page["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Ok(sum);
            }
        }
    }
}

#[tokio::test]
async fn the_figures_equal_a_recount_of_what_is_stored() -> Result<()> {
    let stage = Stage::set()?;
    let business = stage.business().await?;
    business.remembers().await?;
    let (mut dana, mut gone) = (business.customer(), business.customer());
    dana.exchange("שלום, קוראים לי דנה לוי ואני גרה בחיפה").await?;
    gone.exchange("שלום, קוראים לי רות כהן ואני גרה ביפו").await?;
    let (lead, erased) = tokio::join!(dana.fall_silent(stage.env.idle), gone.fall_silent(stage.env.idle));
    let (lead, erased) = (lead?["lead"].clone(), erased?["lead"].clone());
    let door = Door::deployed()?;
    let token = door.token(json!({"business": business.admin.business(), "role": "admin"})).await?;
    let desk = Desk { door, token };
    desk.figures(2).await?;
    let lead = lead.as_str().context("no lead")?;
    let prices = json!({"prices": {"whatsapp.service.regular": 0.25}, "currency": "EUR"});
    desk.door.ask(&Ask::new(Method::PATCH, "/settings", &desk.token).body(&prices)).await?.well()?;
    let edit = Ask::new(Method::PATCH, format!("/leads/{lead}/profile"), &desk.token).body(&json!({"city": "עכו"}));
    desk.door.ask(&edit).await?.well()?;
    let erase = Ask::new(Method::DELETE, format!("/leads/{}", erased.as_str().context("no lead")?), &desk.token);
    desk.door.ask(&erase).await?.well()?;

    let figures = desk.figures(2).await?;
    assert_eq!(serde_json::from_value::<BTreeMap<String, i64>>(figures["now"].clone())?, desk.recount().await?);
    assert_eq!(figures["total"]["ai_corrected"], 1, "{figures}");
    assert_eq!(figures["rates"]["ai_alone"], 1.0, "{figures}");
    assert_eq!(figures["total"]["whatsapp.service.regular"], 2, "{figures}");
    assert_eq!(figures["cost"], json!({"currency": "EUR", "model": null, "whatsapp": 0.5, "unpriced": []}));
    let days = figures["days"].as_array().context("no days")?;
    let mut listed = 0;
    for day in days.iter().filter_map(|day| day["day"].as_str()) {
        listed += desk.behind("conversations", day).await?;
    }
    assert_eq!(listed, 1, "the other one was erased, and stays counted");
    let text = figures.to_string();
    assert!(!text.contains("דנה") && !text.contains("חיפה") && !text.contains(lead), "{text}");
    Ok(())
}

#[tokio::test]
async fn days_that_are_none_are_refused() -> Result<()> {
    let door = Door::function()?;
    let token = door.token(json!({"sub": "s", "business": "figures", "role": "viewer"})).await?;
    let ask = async |path: &str| -> Result<u16> { Ok(door.ask(&Ask::new(Method::GET, path, &token)).await?.status) };
    assert_eq!(ask("/figures").await?, 200);
    assert_eq!(ask("/figures?from=2026-01-01&to=2026-01-31").await?, 200);
    for bad in ["from=tomorrow", "to=2026-02-30", "from=2026-02-02&to=2026-02-01", "from=2024-01-01&to=2026-01-01"] {
        assert_eq!(ask(&format!("/figures?{bad}")).await?, 400, "{bad}");
    }
    assert_eq!(ask("/figures/conversations/sessions?day=2026-01-31").await?, 200);
    assert_eq!(ask("/figures/conversations/sessions?day=31").await?, 400);
    Ok(())
}
