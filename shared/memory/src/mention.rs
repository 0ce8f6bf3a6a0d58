//! Whether a text says a value that is known of a customer.

use crate::text::NormalizedText;

/// A shorter value says nothing: "no" stands in many a sentence.
const SHORTEST: usize = 3;

/// A text that is looked through for values, by whole words, as evidence is: without case, niqqud and punctuation, and
/// with what Hebrew and Arabic write together with a word.
pub struct Mentions(NormalizedText);

impl Mentions {
    /// Reads a text once.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(NormalizedText::new(text))
    }

    /// Whether it says this value. Of a value too short to be told from another word it never does.
    #[must_use]
    pub fn says(&self, value: &str) -> bool {
        let value = NormalizedText::new(value);
        value.len() >= SHORTEST && !self.0.find(&value).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_as_a_word_of_its_own_in_every_language() {
        for (text, value) in [
            ("שלום יוסי, נקבע בתל אביב?", "תל אביב"),
            ("שלום יוסי, נקבע בתל אביב?", "יוסי"),
            ("Hello Dana! A haircut, as last time?", "haircut"),
            ("Анна, записать вас на стрижку?", "Анна"),
            ("مرحبا سارة، هل تريدين موعداً في حيفا؟", "حيفا"),
        ] {
            assert!(Mentions::of(text).says(value), "{value} in {text}");
        }
        for (text, value) in [
            ("Danastown is far away", "Dana"),
            ("Do you want to book?", "Do"),
            ("אפשר לקבוע תור", "תל אביב"),
            ("Anything", ""),
        ] {
            assert!(!Mentions::of(text).says(value), "{value} in {text}");
        }
    }
}
