//! Whether words that are a value letter by letter are it in sense: "רחוב ירושלים" is no town, "I will" no Will. It is told
//! by the field's kind and by closed classes of words right beside the value (docs/rules.md#d4), never by the value itself.

use crate::field::Kind;
use crate::lexicon::boundary::Boundary;
use crate::lexicon::intent::{Part, bare, is_and};
use crate::lexicon::somebody::SOMEBODY;
use crate::lexicon::{person, state, statement, value};
use crate::number_words;
use crate::text;
use std::ops::Range;

/// How many words behind a street the number of a house may stand: "שדרות דוד בן גוריון 10".
const FAR: usize = 4;

/// The words around a value in its clause.
struct Around {
    before: Vec<String>,
    value: Vec<String>,
    after: Vec<String>,
    /// Whether the value is written small, where its letters have a large form.
    is_small: bool,
    /// Whether another word within a sentence is written large, but "I".
    has_large: bool,
    /// Whether its letters have a large form.
    is_cased: bool,
    /// Whether the sentence is a question, and one that begins with the value.
    is_asked: bool,
    begins_question: bool,
}

/// Whether the words at `place` (a byte range of `text` at word borders) can be a `wanted` value of this kind.
pub(crate) fn is_possible(kind: Kind, text: &str, place: &Range<usize>, wanted: &str) -> bool {
    match kind {
        Kind::Name => !Around::of(text, place).is_other_than_a_name(wanted),
        // With a number it is an address.
        Kind::Place => {
            wanted.bytes().any(|b| b.is_ascii_digit()) || !Around::of(text, place).is_other_than_a_town(wanted)
        }
        Kind::Number => !is_part_of_a_figure(text, place),
        _ => true,
    }
}

impl Around {
    fn of(text: &str, place: &Range<usize>) -> Self {
        let clause = Boundary::Clause.around(text, place);
        let words = |range: Range<usize>| text::words(text.get(range).unwrap_or_default());
        let said = text.get(place.clone()).unwrap_or_default();
        let large = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
        let sentence = Boundary::Sentence.around(text, place);
        let is_asked = text.get(sentence.end..).is_some_and(|rest| rest.starts_with(['?', '؟']));
        let is_first = text.get(sentence.start..place.start).is_some_and(|before| before.trim().is_empty());
        let mut others = Boundary::Sentence.pieces(text).flat_map(behind_the_first).filter(|word| !is_pronoun(word));
        Self {
            before: words(clause.start..place.start),
            value: words(place.clone()),
            after: words(place.end..clause.end),
            is_small: said.chars().next().is_some_and(char::is_lowercase),
            has_large: others.any(large),
            is_cased: said.chars().next().is_some_and(|c| c.is_lowercase() || c.is_uppercase()),
            is_asked,
            begins_question: is_asked && is_first,
        }
    }

    /// Whether the word right before the value ends a phrase of this part.
    fn follows(&self, part: Part) -> bool {
        let found = value::LEXICON.among(&self.before);
        found.last().is_some_and(|(_, end, found)| *found == part && end + 1 == self.before.len())
    }

    /// Whether it stands right behind what introduces somebody: "I am", "my name is".
    fn is_introduced(&self) -> bool {
        let among = statement::LEXICON.among(&self.before);
        let speaks = among.last().is_some_and(|(_, end, part)| *part == Part::Speaker && end + 1 == self.before.len());
        self.follows(Part::Named) || (speaks && !self.follows(Part::Verbal))
    }

    /// "כמה רחובות", "a bath": where letters have a large form, only of what is written small.
    fn is_counted(&self, has_case: bool, wanted: &str) -> bool {
        let counted = self.before.last().is_some_and(|word| number_words::is_number(word));
        // "עשר שנים בחיפה": what has its own "in" is not counted.
        let is_bare = !self.prefix(wanted).contains(['ב', 'מ', 'ל']) && !self.prefix(wanted).starts_with('ب');
        is_bare && (self.is_small || !has_case) && (self.follows(Part::Many) || counted)
    }

    fn has_case(&self) -> bool {
        self.value.first().and_then(|word| word.chars().next()).is_some_and(char::is_lowercase)
    }

    fn is_other_than_a_name(&self, wanted: &str) -> bool {
        let is_month = self.value.len() == 1 && is_all(&self.value, Part::Month);
        let number = |word: Option<&String>| word.is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        if is_month && (number(self.after.first()) || number(self.before.last())) {
            return true;
        }
        if self.has_degree() || self.is_of_several() || self.is_state_of_somebody() {
            return true;
        }
        if self.is_introduced() {
            return self.is_inside(wanted);
        }
        let is_alone = self.before.is_empty() && self.after.is_empty();
        let wish = person::LEXICON.among(&self.before);
        let is_wished = wish.last().is_some_and(|(_, end, part)| *part == Part::Wish && end + 1 == self.before.len());
        self.is_inside(wanted)
            || is_wished
            || self.is_counted(self.has_case(), wanted)
            || (self.is_small && self.follows(Part::Verbal))
            || self.follows(Part::In)
            || (self.may_be_a_word() && self.is_followed_by(Part::Object))
            || self.asks_of_a_thing()
            || is_greeting(&self.value)
            || (self.is_small && self.has_large && !is_alone)
    }

    /// "أنا تعبان شوي", "I'm really grateful": nobody is more or less of a name.
    fn has_degree(&self) -> bool {
        let begins = |words: &[String]| matches!(state::LEXICON.among(words).first(), Some((0, _, Part::Degree)));
        let before = state::LEXICON.among(&self.before);
        let of_degree = before.last().filter(|(_, end, part)| *part == Part::Degree && end + 1 == self.before.len());
        let is_more = of_degree.is_some_and(|(at, ..)| self.before.get(..*at).is_some_and(speaks));
        is_more || is_all(&self.after, Part::Many) || (speaks(&self.before) && begins(&self.after))
    }

    /// "I'm grateful", "I'm double booked": what follows "I am" is a name or says how somebody is.
    fn is_state_of_somebody(&self) -> bool {
        let is_state = || {
            let by_form = self.value.last().is_some_and(|word| state::is_form_of_a_state(word));
            state::is_all(&self.value, Part::State) || (self.may_be_a_word() && by_form)
        };
        speaks(&self.before) && !self.follows(Part::Named) && is_state()
    }

    /// "We're late": several have no one name.
    fn is_of_several(&self) -> bool {
        let goes_on = self.after.first().is_some_and(|next| is_and(next));
        let are_several = state::WE.iter().any(|we| self.before.ends_with(we));
        self.value.len() == 1 && self.may_be_a_word() && are_several && !goes_on
    }

    /// Behind a letter that means "in" or "as", or of a name "from" behind "I am": "אני בגיל 30" is not of גיל.
    fn is_inside(&self, wanted: &str) -> bool {
        let prefix = self.prefix(wanted);
        let from = self.is_introduced() && prefix.starts_with('מ');
        // Nobody's name has an article.
        from || prefix.contains(['ב', 'כ', 'ה']) || prefix.starts_with('ب')
    }

    /// Whether it is written as any word may be: small, where its letters have a large form.
    fn may_be_a_word(&self) -> bool {
        self.is_small || !self.has_case()
    }

    /// Whether what stands right behind the value begins with a phrase of this part.
    fn is_followed_by(&self, part: Part) -> bool {
        value::LEXICON.among(&self.after).first().is_some_and(|(at, _, found)| *at == 0 && *found == part)
    }

    /// "grace period?", "Will you come?": a question of few words, or of "I" and "you", that begins with the value.
    fn asks_of_a_thing(&self) -> bool {
        let is_short = (1..SHORT_QUESTION).contains(&self.after.len());
        let among = statement::LEXICON.among(&self.after);
        let of_us = among.first().is_some_and(|(at, _, part)| *at == 0 && matches!(part, Part::Speaker | Part::Yours));
        self.begins_question && ((self.is_small && is_short) || (self.is_cased && of_us))
    }

    /// "is mobile support extra?": a small word in a question, without a word for where and of nobody.
    fn is_asked_about(&self) -> bool {
        let is_where = self.follows(Part::At) || self.follows(Part::In);
        let speaks = |words: &[String]| statement::LEXICON.among(words).iter().any(|(.., part)| *part == Part::Speaker);
        let is_of_somebody = speaks(&self.before) || speaks(&self.after);
        self.is_small && self.is_asked && !self.before.is_empty() && !is_where && !is_of_somebody
    }

    /// "I'm home", "אני בדרך": a place somebody is from stands behind a word that says so, or is written together with
    /// it; that it is the last word of a sentence about "I", and follows it at once, leaves only another word.
    fn is_said_of_somebody(&self) -> bool {
        let is_somebody = |words: &[String]| SOMEBODY.iter().any(|phrase| words.ends_with(phrase));
        let is_filler = |word: &String| {
            !self.follows(Part::At) && matches!(person::LEXICON.among(&[word]).as_slice(), [(.., Part::Polite)])
        };
        let is_next = is_somebody(&self.before);
        let is_near = self.before.split_last().is_some_and(|(last, rest)| is_filler(last) && is_somebody(rest));
        let begins = |prefix: &str| self.value.first().is_some_and(|word| word.starts_with(prefix));
        let is_joined = is_next && (begins("ב") || begins("بال"));
        let is_last = (is_next || is_near) && self.is_small && self.after.is_empty();
        self.value.len() == 1 && (is_joined || is_last)
    }

    /// What is written together with the value's first word.
    fn prefix(&self, wanted: &str) -> String {
        let wanted = text::words(wanted);
        let (said, wanted) = (self.value.concat(), wanted.concat());
        said.strip_suffix(wanted.as_str()).unwrap_or_default().to_owned()
    }

    fn is_other_than_a_town(&self, wanted: &str) -> bool {
        // Also with what is written together with it: "ברחוב".
        let is_street = |word: Option<&String>| {
            word.is_some_and(|word| bare(word).chain([word.as_str()]).any(|word| is_all(&[word], Part::Street)))
        };
        let is_number = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
        let house = self.after.iter().take(FAR).position(is_number).is_some_and(|at| at > 0);
        let is_named = self.follows(Part::Named);
        is_named
            || state::is_all(&self.value, Part::Whereabouts)
            || (self.prefix(wanted).is_empty() && (self.is_said_of_somebody() || self.is_asked_about()))
            || self.is_counted(self.has_case(), wanted)
            || is_street(self.before.last())
            || is_street(self.after.first())
            || (self.value.len() == 1 && house && is_street(self.value.first()))
    }
}

/// Whether the words end with who writes: "I", "we are".
fn speaks(words: &[String]) -> bool {
    let found = statement::LEXICON.among(words);
    let is_last = found.last().is_some_and(|(_, end, part)| *part == Part::Speaker && end + 1 == words.len());
    is_last || SOMEBODY.iter().any(|phrase| words.ends_with(phrase))
}

/// The words of a sentence but the first, which is written large by itself.
fn behind_the_first(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split_whitespace().skip(1)
}

/// "I", "I'm", which are always written large.
fn is_pronoun(word: &str) -> bool {
    word == "I" || word.starts_with("I'") || word.starts_with("I’")
}

/// "יום טוב", "good morning": several words that greet or wish somebody well.
fn is_greeting(words: &[String]) -> bool {
    if words.len() < 2 {
        return false;
    }
    let found = person::LEXICON.among(words);
    let polite = found.iter().filter(|(.., part)| *part == Part::Polite).map(|(at, end, _)| end - at + 1);
    polite.sum::<usize>() == words.len()
}

/// The most words of a question that is about its first one: "grace period?".
const SHORT_QUESTION: usize = 3;

/// Whether the words are of this part and nothing else.
fn is_all<S: AsRef<str>>(words: &[S], part: Part) -> bool {
    value::LEXICON
        .among(words)
        .first()
        .is_some_and(|(at, end, found)| (*at, end + 1) == (0, words.len()) && *found == part)
}

/// Digits of a time, a date or another number: the 20 of 20:30.
fn is_part_of_a_figure(text: &str, place: &Range<usize>) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let joins = |c: Option<char>| c.is_some_and(|c| matches!(c, ':' | '/' | '.' | ','));
    let mut before = text.get(..place.start).unwrap_or_default().chars().rev();
    let mut after = text.get(place.end..).unwrap_or_default().chars();
    (joins(before.next()) && is_digit(before.next())) || (joins(after.next()) && is_digit(after.next()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;

    #[test]
    fn words_beside_a_value_tell_that_it_is_no_name_or_town() {
        assert_sentences(&[value::FILES, state::FILES].concat(), |line| {
            let (sentence, kind) = line.rsplit_once('|').unwrap();
            let kind = if kind.trim() == "name" { Kind::Name } else { Kind::Place };
            let (start, end) = (sentence.find('{').unwrap(), sentence.find('}').unwrap() - 1);
            let text = sentence.replace(['{', '}'], "");
            !is_possible(kind, &text, &(start..end), &text[start..end])
        });
    }
    #[test]
    fn who_writes_is_at_no_town_without_a_word_for_where() {
        assert_sentences(crate::lexicon::somebody::FILES, |sentence| {
            let (start, end) = (sentence.find('{').unwrap(), sentence.find('}').unwrap() - 1);
            let text = sentence.replace(['{', '}'], "");
            !is_possible(Kind::Place, &text, &(start..end), &text[start..end])
        });
    }
}
