//! What a business pays for what is counted (docs/metrics.md#cost).

use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::collections::BTreeMap;

/// The most prices.
const MOST: usize = 40;
/// The longest part of the name of a count, in characters.
const MAX_PART_CHARS: usize = 40;
/// Counts a price of which is that of a million.
const TOKENS: [&str; 3] = ["tokens_in", "tokens_cached", "tokens_out"];

/// Prices by the name of the count they are of: of a million tokens (`tokens_in`, `tokens_cached`, `tokens_out`), of one
/// WhatsApp message (`whatsapp.<category>.<type>`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prices(BTreeMap<String, Number>);

/// What it all costs, in the currency of the prices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// The model; none without its prices.
    pub model: Option<f64>,
    /// WhatsApp's messages; none without a price of any of them.
    pub whatsapp: Option<f64>,
    /// Counts of messages that have no price, and are in neither.
    pub unpriced: Vec<String>,
}

impl Prices {
    /// Why these are no prices; none where they are.
    pub(crate) fn fault(&self) -> Option<String> {
        let is_known = |name: &str| {
            let mut parts = name.split('.');
            let [whatsapp, category, kind] = [parts.next(), parts.next(), parts.next()];
            let is_word = |word: Option<&str>| word.is_some_and(is_part);
            TOKENS.contains(&name)
                || (whatsapp == Some("whatsapp") && is_word(category) && is_word(kind) && parts.next().is_none())
        };
        if self.0.len() > MOST {
            return Some(format!("are {}, allowed are at most {MOST}", self.0.len()));
        }
        let (name, price) = self.0.iter().find(|(name, price)| {
            !is_known(name) || price.as_f64().is_none_or(|price| !price.is_finite() || price < 0.0)
        })?;
        let way_out =
            "tokens_in, tokens_cached, tokens_out (of a million) or whatsapp.<category>.<type> (of a message)";
        Some(if is_known(name) {
            format!("of {name:?} is {price}: write a number, not negative")
        } else {
            format!("there is none of {name:?}: name {way_out}")
        })
    }

    fn of(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(Number::as_f64)
    }

    /// What so many of each cost. Tokens that were cached are among those that went in; without a price of their own they
    /// cost as much as the others.
    #[must_use]
    pub fn cost<'a>(&self, counts: impl Iterator<Item = (&'a str, i64)>) -> Cost {
        let counts: BTreeMap<&str, i64> = counts.collect();
        let count = |name: &str| units(counts.get(name).copied().unwrap_or_default());
        let model = self.of("tokens_in").zip(self.of("tokens_out")).map(|(read, written)| {
            let cached = count("tokens_cached");
            let again = self.of("tokens_cached").unwrap_or(read);
            ((count("tokens_in") - cached) * read + cached * again + count("tokens_out") * written) / 1e6
        });
        let mut whatsapp = self.0.keys().any(|name| name.starts_with("whatsapp.")).then_some(0.0);
        let mut unpriced = Vec::new();
        for (name, sent) in counts.iter().filter(|(name, _)| name.starts_with("whatsapp.")) {
            match (self.of(name), &mut whatsapp) {
                (Some(price), Some(sum)) => *sum += price * units(*sent),
                (None, _) if is_free(name) => {}
                _ => unpriced.push((*name).to_owned()),
            }
        }
        Cost { model, whatsapp, unpriced }
    }
}

/// Whether the name of a count can have this as one of its parts: under another name a price would never be found.
#[must_use]
pub fn is_part(text: &str) -> bool {
    let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=MAX_PART_CHARS).contains(&text.chars().count()) && text.chars().all(of_name)
}

/// What WhatsApp calls free costs nothing unless a price says otherwise.
fn is_free(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|kind| kind.starts_with("free_"))
}

#[expect(clippy::cast_precision_loss, reason = "a cost to be shown")]
fn units(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn prices(of: serde_json::Value) -> Prices {
        serde_json::from_value(of).unwrap()
    }

    const COUNTS: [(&str, i64); 6] = [
        ("tokens_in", 3_000_000),
        ("tokens_cached", 1_000_000),
        ("tokens_out", 500_000),
        ("whatsapp.service.regular", 100),
        ("whatsapp.service.free_entry_point", 7),
        ("conversations", 40),
    ];

    #[test]
    fn a_cost_is_the_sum_over_what_has_a_price() {
        let all = prices(
            json!({"tokens_in": 0.1, "tokens_cached": 0.05, "tokens_out": 0.4, "whatsapp.service.regular": 0.0034}),
        );
        let cost = all.cost(COUNTS.into_iter());
        assert!((cost.model.unwrap() - (0.2 + 0.05 + 0.2)).abs() < 1e-9);
        assert!((cost.whatsapp.unwrap() - 0.34).abs() < 1e-9);
        assert_eq!(cost.unpriced, Vec::<String>::new(), "what is free needs no price");
        let without = prices(json!({"tokens_in": 0.1, "tokens_out": 0.4}));
        let cost = without.cost(COUNTS.into_iter());
        assert!((cost.model.unwrap() - (0.3 + 0.2)).abs() < 1e-9, "cached ones cost as much as the others");
        assert_eq!((cost.whatsapp, cost.unpriced), (None, vec!["whatsapp.service.regular".to_owned()]));
        assert_eq!(prices(json!({"tokens_in": 0.1})).cost(COUNTS.into_iter()).model, None);
    }

    #[test]
    fn what_is_no_price_is_refused_by_its_name() {
        assert_eq!(prices(json!({"tokens_in": 0, "whatsapp.utility.regular": 1})).fault(), None);
        for (wrong, named) in [
            (json!({"tokens": 1}), "\"tokens\""),
            (json!({"whatsapp.service": 1}), "\"whatsapp.service\""),
            (json!({"whatsapp.a.b.c": 1}), "\"whatsapp.a.b.c\""),
            (json!({"whatsapp.Utility.regular": 1}), "\"whatsapp.Utility.regular\""),
            (json!({"whatsapp.utility.free entry": 1}), "\"whatsapp.utility.free entry\""),
            (json!({"tokens_in": -1}), "-1"),
        ] {
            let fault = prices(wrong).fault().unwrap();
            assert!(fault.contains(named), "{fault}");
        }
    }
}
