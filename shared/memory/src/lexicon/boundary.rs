//! Where a text is taken apart into sentences and clauses. There are four ways, since the same mark ends more or less
//! depending on what is looked for: a comma parts two clauses, and a full stop inside a number parts nothing.

use crate::text;
use std::ops::Range;

/// One way of taking a text apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Boundary {
    /// The sentences of a statement: how far a "maybe" reaches.
    Sentence,
    /// The clauses of a statement: how far a "not" reaches.
    Clause,
    /// The clauses of a request, at every mark: "no, start over" is a "no" and a wish.
    Request,
    /// The sentences of what a model wrote, to be shown or left out one by one.
    Prose,
}

impl Boundary {
    /// Whether a text ends at `c`, with `rest` behind it.
    fn ends(self, c: char, rest: &str) -> bool {
        match self {
            Self::Sentence => match c {
                '!' | '?' | '\n' | ';' | '…' | '؟' | '׃' => true,
                '.' => rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with('.'),
                _ => false,
            },
            Self::Clause => {
                let dash = matches!(c, '-' | '–' | '—') && rest.starts_with(' ');
                dash || matches!(c, ',' | ':' | '(' | ')' | '،') || Self::Sentence.ends(c, rest)
            }
            Self::Request => matches!(c, '.' | ',' | '!' | '?' | ';' | ':' | '\n' | '،' | '؟' | '…' | '—' | '–'),
            // A full stop inside a number or an address ends nothing.
            Self::Prose => match c {
                '!' | '?' | '؟' | '…' | '\n' => true,
                '.' => !rest.starts_with(char::is_alphanumeric),
                _ => false,
            },
        }
    }

    fn ends_at(self, text: &str, at: usize, c: char) -> bool {
        self.ends(c, text.get(at + c.len_utf8()..).unwrap_or_default())
    }

    /// The stretch around `place` (a byte range of `text`) up to the nearest ends, which are not part of it.
    pub(crate) fn around(self, text: &str, place: &Range<usize>) -> Range<usize> {
        let before = text.get(..place.start).unwrap_or_default();
        let after = text.get(place.end..).unwrap_or_default();
        let start = before.char_indices().rev().find(|(at, c)| self.ends_at(text, *at, *c));
        let end = after.char_indices().find(|(at, c)| self.ends_at(text, place.end + at, *c));
        start.map_or(0, |(at, c)| at + c.len_utf8())..end.map_or(text.len(), |(at, _)| place.end + at)
    }

    /// The pieces of a text, without the marks that end them; some may be empty.
    pub(crate) fn pieces(self, text: &str) -> impl Iterator<Item = &str> {
        let mut rest = Some(text);
        std::iter::from_fn(move || {
            let text = rest?;
            let end = text.char_indices().find(|(at, c)| self.ends_at(text, *at, *c));
            rest = end.and_then(|(at, c)| text.get(at + c.len_utf8()..));
            text.get(..end.map_or(text.len(), |(at, _)| at))
        })
    }

    /// The pieces of a text, each with the marks and spaces that end it; together they are the text.
    pub(crate) fn whole_pieces(self, text: &str) -> Vec<&str> {
        let mut pieces = Vec::new();
        let (mut start, mut ended) = (0, false);
        for (at, c) in text.char_indices() {
            let ends = self.ends_at(text, at, c);
            if ended && !ends && !c.is_whitespace() {
                pieces.extend(text.get(start..at));
                start = at;
            }
            ended = ends || (ended && c.is_whitespace());
        }
        pieces.extend(text.get(start..).filter(|rest| !rest.is_empty()));
        pieces
    }
}

/// The clauses of a request, each as its words; none without words.
pub(crate) fn request_clauses(text: &str) -> Vec<Vec<String>> {
    Boundary::Request.pieces(text).map(text::words).filter(|words| !words.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_ends_at_its_own_marks() {
        let text = "a.b, c. d - e: f; g? h… i، j";
        let table = [
            (Boundary::Sentence, &["a.b, c", "d - e: f", "g", "h", "i، j"][..]),
            (Boundary::Clause, &["a.b", "c", "d", "e", "f", "g", "h", "i", "j"]),
            (Boundary::Request, &["a", "b", "c", "d - e", "f", "g", "h", "i", "j"]),
            (Boundary::Prose, &["a.b, c", "d - e: f; g", "h", "i، j"]),
        ];
        for (boundary, pieces) in table {
            let found: Vec<&str> = boundary.pieces(text).map(str::trim).collect();
            assert_eq!(found, pieces, "{boundary:?}");
        }
    }

    #[test]
    fn whole_pieces_are_the_text_again() {
        for text in ["", "a", "Hi!! How are you?  Fine.", "3.5 km. www.example.com.", "שלום… מה?\nטוב", "  . x"]
        {
            assert_eq!(Boundary::Prose.whole_pieces(text).concat(), text);
        }
        assert_eq!(Boundary::Prose.whole_pieces("Hi!! How? 3.5"), ["Hi!! ", "How? ", "3.5"]);
    }

    #[test]
    fn what_is_around_a_place_ends_before_the_marks() {
        let text = "Hi. I live, I think, in Haifa! Bye";
        let at = text.find("Haifa").unwrap_or_default();
        let place = at..at + 5;
        assert_eq!(&text[Boundary::Sentence.around(text, &place)], " I live, I think, in Haifa");
        assert_eq!(&text[Boundary::Clause.around(text, &place)], " in Haifa");
    }
}
