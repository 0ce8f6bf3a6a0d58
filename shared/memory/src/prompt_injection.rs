//! Text that reads like an order to an AI rather than like a fact about a customer: it is not kept, whoever wrote it.
//! Decided by words alone; what is let through is still only quoted data to the model.

use crate::lexicon::injection::{DROP_STEMS, DROPS, ORDERS, OWED, PRIVILEGES, RULES, SIGNS, SPEAKERS, STANDINGS};
use crate::text::{self, PREFIXES};

/// Whether a line forges a speaker, tells the AI to drop its rules, or gives it new ones.
pub(crate) fn looks_like_instruction(line: &str) -> bool {
    let words = text::words(line);
    let drop = words.iter().any(|word| drops(word));
    let overrides = drop
        && words.windows(NEAR.min(words.len().max(1))).any(|near| {
            near.iter().any(|word| drops(word))
                && near.iter().any(|word| RULES.singles().any(|rule| is_rule(word, rule)))
        });
    overrides || forges_speaker(line) || ORDERS.occur_in(&words)
}

/// Whether a value claims what only the business can give: a discount, a price, a right. Such a thing is never a fact
/// about the customer, whoever says so; where the business did give it, a person can enter it.
pub(crate) fn claims_privilege(value: &str) -> bool {
    let words = text::words(value);
    let is_off =
        |pair: &[String]| matches!(pair, [much, off] if off == "off" && much.bytes().all(|b| b.is_ascii_digit()));
    words.windows(2).any(is_off) || PRIVILEGES.occur_in(&words)
}

/// Whether words say that the business owes something, or has promised it.
pub(crate) fn says_owed(words: &[String]) -> bool {
    OWED.occur_in(words)
}

/// Whether a value claims a standing only the business can give, such as "VIP"; of what the customer is interested in
/// the same words claim nothing.
pub(crate) fn claims_standing(value: &str) -> bool {
    STANDINGS.occur_in(&text::words(value))
}

/// Within how many words "ignore" and "instructions" belong together.
const NEAR: usize = 7;

fn drops(word: &str) -> bool {
    DROPS.has(word) || DROP_STEMS.singles().any(|stem| word.contains(stem))
}

/// The word itself, or with up to three of the letters Hebrew writes together with it.
fn is_rule(word: &str, bare: &str) -> bool {
    let prefix = word.strip_suffix(bare);
    prefix.is_some_and(|prefix| prefix.chars().count() <= 3 && prefix.chars().all(|c| PREFIXES.contains(&c)))
}

/// `system: …`, `[system] …`, or the signs in which models are told who speaks.
fn forges_speaker(line: &str) -> bool {
    let line = line.trim_start().to_lowercase();
    let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let opened = line.starts_with(['[', '<', '(', '{', '|']);
    let speaks = SPEAKERS.singles().filter_map(|speaker| bare.strip_prefix(speaker)).any(|rest| {
        let rest = rest.trim_start();
        rest.starts_with(':') || (opened && rest.starts_with([']', '>', ')', '}', '|']))
    });
    speaks || SIGNS.iter().any(|sign| line.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::injection::FILES;
    use crate::lexicon::intent::assert_sentences;

    #[test]
    fn orders_and_claims_are_known_in_every_language() {
        let is_kept_out = |text: &str| looks_like_instruction(text) || claims_privilege(text) || claims_standing(text);
        assert_sentences(FILES, is_kept_out);
    }
}
