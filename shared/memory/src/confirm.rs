//! Whether an answer asks the customer if an old value is still so (docs/rules.md#k4).

use crate::lexicon::boundary::Boundary;
use crate::text::NormalizedText;

/// Whether a question of the answer holds the value, word for word.
#[must_use]
pub fn asks_for(answer: &str, value: &str) -> bool {
    let value = NormalizedText::new(value);
    let asks = |sentence: &&str| sentence.trim_end().ends_with(['?', '؟']);
    let sentences = Boundary::Prose.whole_pieces(answer);
    sentences.into_iter().filter(asks).any(|sentence| !NormalizedText::new(sentence).find(&value).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_question_with_the_value_in_it_asks_for_it() {
        for answer in ["בשמחה! עדיין נוח לך בבוקר מוקדם?", "Sure. Still in the בוקר מוקדם? Or later?"]
        {
            assert!(asks_for(answer, "בוקר מוקדם"), "{answer}");
        }
        for answer in ["נרשם: בוקר מוקדם. משהו נוסף?", "מתי נוח לך?", ""] {
            assert!(!asks_for(answer, "בוקר מוקדם"), "{answer}");
        }
    }
}
