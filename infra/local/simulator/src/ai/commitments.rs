//! What a customer asks to have done later, by a few phrases: to be called, to be written to. The words that say when are
//! those from the first word of a time on.

use serde_json::{Value, json};

const CALLS: [&str; 6] = ["תתקשרו אל", "תתקשר אל", "תתקשרי אל", "שתתקשרו אל", "התקשרו אל", "call me"];
const MESSAGES: [&str; 6] = ["תשלחו לי", "שלחו לי", "תזכירו לי", "תכתבו לי", "send me", "remind me"];
const WHEN: [&str; 9] = ["מחרתיים", "מחר", "היום", "בעוד", "ביום", "tomorrow", "today", "in an hour", "on "];
/// Before one of the phrases these call it off.
const CALLED_OFF: [&str; 4] = ["לא צריך", "אין צורך", "אל ", "don't "];

/// What one message asks for, in its order.
pub(super) fn asked(message: &str) -> Vec<Value> {
    message.split(['.', '!', '?', ',', '\n']).flat_map(|part| part.split(" / ")).filter_map(of_clause).collect()
}

fn of_clause(clause: &str) -> Option<Value> {
    let clause = clause.trim();
    let lower = clause.to_ascii_lowercase();
    let names = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    let kind = if names(&CALLS) {
        "call"
    } else if names(&MESSAGES) {
        "message"
    } else {
        return None;
    };
    let from = WHEN.iter().filter_map(|word| lower.find(word)).min();
    let when = from.and_then(|from| clause.get(from..)).unwrap_or_default();
    let meant = if names(&CALLED_OFF) { "takes_back" } else { "asks" };
    Some(json!({"quote": clause, "kind": kind, "when": when, "what": clause, "about": "customer", "meant": meant}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_later_is_found_with_its_time() {
        let found = asked("כמה עולה? תתקשרו אליי מחר בעשר בבוקר, תודה");
        let quote = "תתקשרו אליי מחר בעשר בבוקר";
        let expected = json!({"quote": quote, "kind": "call", "when": "מחר בעשר בבוקר", "what": quote,
            "about": "customer", "meant": "asks"});
        assert_eq!(found, [expected]);
        let of = |text: &str, member: &str| asked(text).first().map(|found| found[member].clone());
        assert_eq!(of("Please send me the price", "kind"), Some(json!("message")));
        assert_eq!(of("Please send me the price", "when"), Some(json!("")));
        let price = "תשלחו לי בוואטסאפ את המחיר של תספורת גברים";
        let expected = json!({"quote": price, "kind": "message", "when": "", "what": price, "about": "customer",
            "meant": "asks"});
        assert_eq!(asked(price), [expected], "a price is no \"tomorrow\"");
        assert_eq!(of("ותתקשרו אליי היום בעשר בבוקר", "when"), Some(json!("היום בעשר בבוקר")));
        assert_eq!(of("לא צריך שתתקשרו אליי", "meant"), Some(json!("takes_back")));
        assert_eq!(asked("אפשר תור מחר בעשר?"), Vec::<Value>::new());
    }
}
