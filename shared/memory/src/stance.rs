//! How the customer meant what they said, as far as words tell: the clause of the value, its subject, its verb. The
//! model judges; this can only lower (docs/rules.md#d).

use crate::field::Kind;
use crate::lexicon::answer::{ASKS, NO, NOT, OR};
use crate::lexicon::boundary::Boundary;
use crate::lexicon::intent::{Part, is_and};
use crate::lexicon::somebody::WITH;
use crate::lexicon::statement::LEXICON;
use crate::lexicon::until::PHRASES;
use crate::lexicon::{hours, state, value};
use crate::number_words;
use crate::profile::Confidence;
use crate::text;
use std::ops::Range;

/// How a place in a message is meant.
pub(crate) struct Stance {
    /// The clause hedges, or a clause beside it that does nothing else.
    hedged: bool,
    /// A negation stands right before the place: perhaps the opposite is said.
    denied: bool,
    /// The clause says it of a condition, the past, somebody else, what was told, or denies something.
    turned: bool,
    /// The sentence is a question.
    asked: bool,
}

/// What may stand between a bound and its number: "a maximum of 6".
const OF: [&str; 2] = ["of", "של"];
/// How many words before a value a negation reaches: "I don't live in Haifa".
const NEAR: usize = 3;

impl Stance {
    /// How the words at `place` (a byte range of `text` at word borders) are meant, as this value of this kind.
    pub(crate) fn of(kind: Kind, value: &str, text: &str, place: &Range<usize>) -> Self {
        let sentence = Boundary::Sentence.around(text, place);
        let clause = Boundary::Clause.around(text, place);
        let words = |range: Range<usize>| text::words(text.get(range).unwrap_or_default());
        let (before, after) = (words(clause.start..place.start), words(place.end..clause.end));
        let claimed = text::words(value);
        let value = words(place.clone());
        let prefix = value.first().map_or("", String::as_str);
        let is_asked = text.get(sentence.end..).is_some_and(|rest| rest.starts_with(['?', '؟']));
        let may = match kind {
            Kind::Interest => Part::Request,
            Kind::Number | Kind::Phone | Kind::Choice if is_asked => Part::Request,
            _ => Part::Hedge,
        };
        let said_before = before_value(kind, may, &before, prefix);
        let said_after = after_value(kind, may, &after, &before, &value);
        let behind = || text::words(text.get(place.end..sentence.end).unwrap_or_default());
        let is_allergic = || LEXICON.among(&behind()).iter().any(|(.., part)| *part == Part::Eats);
        let near = |end: usize| end + NEAR >= before.len();
        let denies = |(at, end, part): &Found| match part {
            Part::Without => near(*end),
            // "I can't take penicillin, I'm allergic to it".
            Part::Avoids => !is_allergic(),
            part => part.denies() && !answers(&before, *at),
        };
        let negations: Vec<usize> = said_before.iter().filter(|found| denies(found)).map(|(_, end, _)| *end).collect();
        let has = |found: &[Found], part: Part| found.iter().any(|(.., found)| *found == part);
        let of_kin = |(.., part): &Found| *part == Part::Kin;
        let ends = |(_, end, _): &Found| end + 1 >= before.len();
        let speaks_on = begins_with(&after, Part::Here);
        // "I am Doctor Levi", "my name is".
        let is_own_role = |at: usize| {
            let ahead = LEXICON.among(before.get(..at).unwrap_or_default());
            speaks_on || ahead.last().is_some_and(|(_, end, part)| *part == Part::Speaker && end + 2 >= at)
        };
        let lives = || [&before, &after].iter().any(|words| has(&LEXICON.among(words), Part::Stated));
        // "My sister had a perm here, I only want a trim"; not "I want one too".
        let wishes_another = || {
            let found = LEXICON.among(&behind());
            let has = |is: fn(Part) -> bool| found.iter().any(|(.., part)| is(*part));
            has(|part| matches!(part, Part::Speaker | Part::Opens | Part::Request)) && !has(|part| part == Part::Same)
        };
        let greeting = |(_, end, part): &Found| *part == Part::Greeting && end + 1 == before.len();
        let is_greeted = kind == Kind::Name && value.len() == 1 && !speaks_on;
        let greets = is_greeted && LEXICON.among(&before).last().is_some_and(greeting);
        let of_others = said_before.iter().any(|found| match found.2 {
            Part::Kin => kind != Kind::Interest || (has(&said_before, Part::Did) && wishes_another()),
            Part::Yours => matches!(kind, Kind::Name | Kind::Place | Kind::Phone),
            Part::Whether => matches!(kind, Kind::Name | Kind::Place),
            Part::Past if kind != Kind::Number => matches!(kind, Kind::Place | Kind::Text | Kind::Choice),
            Part::Moves => kind == Kind::Place && is_from(&before, prefix, &claimed),
            Part::Elsewhere => kind == Kind::Place && ends(found) && !lives(),
            // "Last year we were 20".
            Part::Then | Part::Past if kind == Kind::Number => ends(found),
            Part::Role => kind == Kind::Name && ends(found) && !is_own_role(found.0),
            Part::If | Part::Told => true,
            _ => false,
        });
        let hedges = has(&said_before, Part::Hedge) || has(&said_after, Part::Hedge);
        let wished = !matches!(kind, Kind::Name | Kind::Place | Kind::Date) && has(&said_before, Part::Request);
        // "I'm Dana, are you open?", "Dana Levi, do you have a table?", "a party of 4, is that ok?" ask behind their comma.
        let rest = text.get(clause.end..sentence.end).unwrap_or_default();
        let names_itself = match kind {
            Kind::Name => value.len() > 1 && before.is_empty() && !LEXICON.among(&text::words(rest)).iter().any(of_kin),
            Kind::Number => !asks(&before),
            _ => false,
        };
        let asks_later = || names_itself && asks_behind(rest);
        let is_told = || tells(kind, &before);
        let stated = clause.end < sentence.end
            && (has(&said_before, Part::Speaker) || asks_later() || (is_told() && asks_in_clause(rest)));
        Self {
            hedged: hedges
                || is_about(
                    kind,
                    &value,
                    &Words { words: &before, said: &said_before },
                    &Words { words: &after, said: &said_after },
                )
                || hedges_beside(kind, text, &sentence, &clause),
            denied: negations.iter().any(|end| near(*end)),
            turned: !negations.is_empty()
                || of_others
                || greets
                || said_after.iter().any(|(.., part)| part.denies())
                || is_over(kind, &before, behind)
                || is_corrected(kind, text, place.end),
            // "Can I get a haircut?" asks for what is wished.
            asked: is_asked && !wished && !stated,
        }
    }

    /// Whether it is said without a condition and a denial; and without a doubt, unless `is_question`: there it is only
    /// polite, "maybe you could …?".
    pub(crate) fn is_plain(&self, is_question: bool) -> bool {
        (!self.hedged || is_question) && !self.denied && !self.turned
    }

    /// The highest confidence it allows a claim of which the model says that the customer states it.
    pub(crate) fn limit(&self) -> Confidence {
        if self.hedged {
            Confidence::Low
        } else if self.turned || self.asked {
            Confidence::Medium
        } else {
            Confidence::High
        }
    }

    /// The highest confidence it allows where the model says nothing of how it is meant; none if the opposite is said.
    pub(crate) fn limit_alone(&self) -> Option<Confidence> {
        let turned = if self.turned { Confidence::Low } else { Confidence::High };
        (!self.denied).then(|| self.limit().min(turned))
    }
}

/// The words on one side of a value, and the parts among them that concern it.
struct Words<'a> {
    words: &'a [String],
    said: &'a [Found],
}

/// A part among words, with the place of its first and last word.
type Found = (usize, usize, Part);

/// What stands before a value and concerns it: behind the last "but", and behind the last subject, unless that
/// goes on with what stands right before it: "I think I …", "they wrote that I …".
fn before_value(kind: Kind, may: Part, words: &[String], value: &str) -> Vec<Found> {
    // "Except for" ends with the value's own first letter. "My cat" is of nobody else where the cat is what is told.
    let with_value: Vec<&str> = words.iter().map(String::as_str).chain([value]).collect();
    let mut found = among(may, &with_value);
    let may_be_own = matches!(kind, Kind::Text | Kind::Choice | Kind::Interest | Kind::Number);
    let is_own = |end: usize, part: Part| part == Part::Kin && may_be_own && end >= words.len();
    // "Just not by the lift": a value that begins with "not" is said by it.
    let is_said = |end: usize, part: Part| {
        let itself = || matches!(LEXICON.among(&[value]).as_slice(), [(.., not)] if not.denies());
        part.denies() && end >= words.len() && itself()
    };
    found.retain(|(at, end, part)| *at < words.len() && !is_own(*end, *part) && !is_said(*end, *part));
    let turns = |part: Part| matches!(part, Part::Turn | Part::Correction | Part::Stress);
    let turn = found.iter().rposition(|(_, _, part)| turns(*part)).map_or(0, |at| at + 1);
    let mut found = except(found.split_off(turn));
    let last = |is: fn(Part) -> bool| found.iter().rev().find(|(.., part)| is(*part)).map(|(at, ..)| *at);
    let subject = last(|part| matches!(part, Part::Speaker | Part::Request | Part::Moves));
    let (so, just) = (last(|part| part == Part::So), last(|part| part == Part::Just));
    let because = last(|part| part == Part::Because);
    // "I want" begins with "I".
    let is_own = |opens: &usize| subject.is_none_or(|subject| subject + 1 != *opens);
    let opens = last(|part| part == Part::Opens).filter(is_own);
    let of_a_wish = matches!(kind, Kind::Text | Kind::Choice | Kind::Number);
    let speaks = last(|part| matches!(part, Part::Speaker | Part::Moves));
    let governing: Vec<usize> = found.iter().filter(|one| governs(&found, words, one)).map(|(at, ..)| *at).collect();
    found.retain(|(at, end, part)| {
        let stands_before = |other: Option<usize>, near: usize| other.is_none_or(|other| end + near >= other);
        match part {
            // "ما عندي": what is not had is denied before who has it; "don't really want" what is not wanted.
            part if part.denies() && *part != Part::Except && governing.contains(at) => {
                [(speaks, 1), (so, 2), (because, 0), (just, 0)].iter().all(|(at, near)| stands_before(*at, *near))
            }
            part if part.denies() => {
                let joins =
                    |at: usize| words.get(end + 1..at).is_none_or(|between| between.iter().all(|word| is_degree(word)));
                opens.is_none_or(joins)
                    && [(subject, 1), (so, 2), (because, 0), (just, 0)]
                        .iter()
                        .all(|(at, near)| stands_before(*at, *near))
            }
            Part::Hedge | Part::Told => {
                [(subject, 2), (opens, 2), (so, 1)].iter().all(|(at, near)| stands_before(*at, *near))
            }
            Part::If => stands_before(subject, 2),
            // "He is small, so better by the window" is of what the customer would like.
            // "I live with my parents in Haifa" is of who says it.
            Part::Kin => {
                let with = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| WITH.has(word));
                let is_shared = with && speaks.is_some_and(|speaks| speaks < *at) && kind == Kind::Place;
                stands_before(subject, 0) && (!of_a_wish || stands_before(so, 0)) && !is_shared
            }
            Part::Whether => stands_before(subject, 1) && stands_before(opens, 0),
            // "We were 20": a number behind it is of then, whoever is the subject.
            Part::Past if kind == Kind::Number && end + 1 == words.len() => true,
            Part::Past => stands_before(subject, 0) && stands_before(opens, 0),
            Part::Then => true,
            _ => stands_before(subject, 0),
        }
    });
    found
}

/// The parts among words, a "may" as what it is of this value.
fn among<S: AsRef<str>>(may: Part, words: &[S]) -> Vec<Found> {
    let mut found = LEXICON.among(words);
    for (.., part) in found.iter_mut().filter(|(.., part)| *part == Part::May) {
        *part = may;
    }
    found
}

/// "No allergies except nuts" denies no nuts; "any day except Monday" does.
fn except(mut found: Vec<Found>) -> Vec<Found> {
    let Some(at) = found.iter().rposition(|(.., part)| *part == Part::Except) else { return found };
    let (ahead, _) = found.split_at(at);
    let eats = ahead.iter().position(|(.., part)| *part == Part::Eats);
    let denied = ahead.iter().position(|(.., part)| part.denies());
    if denied < eats && denied.is_some() {
        let mut place = 0..;
        found.retain(|(.., part)| place.next().is_none_or(|place| place > at || (place < at && !part.denies())));
    }
    found
}

/// Whether a "not" is of everything that is wished behind it: "don't want you to send it to", and, where nobody is the
/// subject, "don't put it under".
fn governs(found: &[Found], words: &[String], (at, end, part): &Found) -> bool {
    let forbids = *part == Part::Forbids && !found.iter().any(|(other, _, part)| other < at && *part == Part::Speaker);
    let wish = found.iter().find(|(other, _, part)| other > end && matches!(part, Part::Opens | Part::Request));
    let is_next =
        |wish: usize| words.get(end + 1..wish).is_some_and(|between| between.iter().all(|word| is_degree(word)));
    part.denies() && (forbids || wish.is_some_and(|(wish, ..)| is_next(*wish)))
}

/// "ممكن تحجزوا": with a verb behind it a "may" asks for something.
fn is_polite(words: &[String], at: usize) -> bool {
    const SHORTEST: usize = 4;
    let is_may = words.get(at).is_some_and(|word| word == "ممكن");
    let is_verb = |word: &String| {
        let is_being = ["تكون", "تصير", "تزيد", "تنقص", "تكفي"].iter().any(|being| word.starts_with(being));
        word.starts_with('ت') && word.chars().count() >= SHORTEST && !is_being && !number_words::is_amount(word)
    };
    is_may && words.get(at + 1).is_some_and(is_verb)
}

/// "Really", "very".
fn is_degree(word: &str) -> bool {
    matches!(state::LEXICON.among(&[word]).as_slice(), [(.., Part::Degree)])
}

/// What stands behind a value and concerns it: a hedge up to the next "but" or "so", a negation close by, unless of a new
/// subject.
fn after_value(kind: Kind, may: Part, words: &[String], before: &[String], value: &[String]) -> Vec<Found> {
    let found = among(may, words);
    let is_first = before.is_empty();
    // "аллергии у меня нет": what is not had is denied behind who has it, at the end.
    let ends_in_denial = matches!(found.as_slice(), [.., (_, subject, Part::Speaker), (at, end, not)]
        if not.denies() && subject + 1 == *at && end + 1 == words.len());
    let (mut goes_on, mut explains) = (true, false);
    let concerns = |(at, _, part): &Found| {
        let is_subject = matches!(part, Part::Speaker | Part::Request | Part::Opens);
        let is_other = is_subject && !is_first && !ends_in_denial;
        goes_on &= !matches!(part, Part::Turn | Part::Correction | Part::Stress | Part::So) && !is_other;
        explains |= *part == Part::Because;
        let is_contrast = || *at == 0 && is_contrast(kind, words, before, value);
        let is_near = || *at <= NEAR && !is_joined(words, *at) && !is_contrast();
        goes_on &= *part != may || !is_polite(words, *at);
        goes_on
            && (matches!(part, Part::Hedge | Part::About | Part::Bound)
                || (part.denies() && *part != Part::Behind && !explains && is_near()))
    };
    found.into_iter().filter(concerns).collect()
}

/// "I'm Dana not Diana", "אני בעכו לא רחוק", "27 not 72" deny what is behind them. In Russian a verb goes behind its
/// "not", and what it is of before: "я острое не ем", "в Хайфе не живу".
fn is_contrast(kind: Kind, words: &[String], before: &[String], said: &[String]) -> bool {
    let [not, next, ..] = words else { return false };
    let is_amount = |word: &String| number_words::is_amount(word);
    let where_to = || is_where(next);
    let may_be = not != "не" || kind == Kind::Name || (kind == Kind::Place && where_to());
    let found = LEXICON.among(before);
    let ends_with =
        |is: fn(Part) -> bool| found.last().is_some_and(|(_, end, part)| is(*part) && end + 2 >= before.len());
    let speaks = ends_with(|part| part == Part::Speaker);
    // "Table for 5 no 6" corrects, and Hebrew has one word for both.
    let is_plain = NOT.has(not);
    let wishes = || ends_with(|part| matches!(part, Part::Opens | Part::Request | Part::Correction | Part::Stress));
    (may_be && speaks)
        || (is_plain && may_be && wishes())
        || (is_plain && is_amount(next) && said.iter().any(is_amount))
}

/// Whether a clause tells something of who writes, right before the value: then a question behind its comma is of
/// something else. "Two dogs, are they allowed?" is one question.
fn tells(kind: Kind, before: &[String]) -> bool {
    const LITTLE: usize = 2;
    let found = LEXICON.among(before);
    let has = |is: fn(Part) -> bool| found.iter().any(|(.., part)| is(*part));
    // "Born" is of the past, but of a birthday.
    let is_said = |part: Part| part == Part::Stated || (kind == Kind::Date && part == Part::Past);
    // "Живу в", "born on": nothing but a little word stands between.
    let little = |words: &[String]| words.iter().all(|word| word.chars().count() <= LITTLE);
    let begins = matches!(found.first(), Some((0, end, part))
        if is_said(*part) && before.get(end + 1..).is_some_and(little));
    !asks(before)
        && match kind {
            Kind::Place | Kind::Phone | Kind::Date => begins,
            Kind::Text | Kind::Choice | Kind::Interest => {
                begins || has(|part| matches!(part, Part::Opens | Part::Request))
            }
            _ => false,
        }
}

/// Whether a clause behind asks something in two words or more: "can you check?", but not "is it?".
fn asks_in_clause(rest: &str) -> bool {
    const SHORTEST: usize = 4;
    let mut clauses = Boundary::Clause.pieces(rest).map(text::words);
    clauses.any(|clause| {
        let says_more = |word: &String| word.chars().count() >= SHORTEST && !asks(std::slice::from_ref(word));
        asks(&clause) && (clause.len() > 2 || clause.get(1).is_some_and(says_more))
    })
}

/// Whether the sentence says further on that it is so no more: "booked for 6 but two cancelled", "sat by the kitchen,
/// never again".
fn is_over(kind: Kind, before: &[String], behind: impl Fn() -> Vec<String>) -> bool {
    if !matches!(kind, Kind::Number | Kind::Phone | Kind::Text | Kind::Choice) {
        return false;
    }
    let behind = behind();
    let found = LEXICON.among(&behind);
    // "4 now because two cancelled" has what was changed in it.
    let explained =
        found.iter().find(|(.., part)| matches!(part, Part::Because | Part::So)).map_or(usize::MAX, |(at, ..)| *at);
    let changes = |(at, _, part): &Found| {
        let ahead = behind.get(at.saturating_sub(2)..*at).unwrap_or_default();
        matches!(part, Part::Changed | Part::Absent)
            && *at < explained
            && ahead.iter().any(|word| number_words::is_amount(word))
    };
    let has = |found: &[Found], part: Part| found.iter().any(|(.., found)| *found == part);
    match kind {
        Kind::Number => found.iter().any(changes),
        // "It isn't mine any more", and not "the other one isn't".
        Kind::Phone => found.iter().any(|(at, _, part)| *part == Part::Disowned && *at < NEAR),
        Kind::Text | Kind::Choice => {
            has(&found, Part::Never) && (has(&found, Part::Visit) || has(&LEXICON.among(before), Part::Visit))
        }
        _ => false,
    }
}

/// Whether words begin like a question: "do you", "so how much".
fn asks(words: &[String]) -> bool {
    let leads = |word: &String| is_and(word) || matches!(LEXICON.among(&[word]).as_slice(), [(.., Part::So)]);
    let from = usize::from(words.first().is_some_and(leads));
    let begins = |words: &[String]| ASKS.iter().any(|phrase| words.starts_with(phrase));
    begins(words) || words.get(from..).is_some_and(begins)
}

/// Whether a clause behind asks something, and not only whether it is so: "is it?".
fn asks_behind(rest: &str) -> bool {
    const SHORTEST: usize = 3;
    let mut clauses = Boundary::Clause.pieces(rest).map(text::words);
    clauses.any(|clause| clause.len() >= SHORTEST && asks(&clause))
}

/// Whether a place stands right behind a "from", or behind the letter that means it in Hebrew.
fn is_from(before: &[String], said: &str, value: &[String]) -> bool {
    let found = LEXICON.among(before);
    let is_behind = found.last().is_some_and(|(_, end, part)| *part == Part::From && end + 1 == before.len());
    let bare = said.strip_prefix('מ').filter(|_| value.first().is_some_and(|first| first != said));
    is_behind || bare.is_some()
}

/// Whether an "about" is of the value: "around 9" is of nothing but the hour, and what somebody writes about is no guess.
fn is_about(kind: Kind, value: &[String], before: &Words<'_>, after: &Words<'_>) -> bool {
    let is_amount = |word: &String| number_words::is_amount(word) || hours::is_time(word);
    let of_another = |words: &[String], end: usize| words.get(end + 1).is_some_and(is_amount);
    let is_guessed = value.first().is_some_and(is_amount) || !matches!(kind, Kind::Interest | Kind::Text);
    let precedes = |end: usize| kind == Kind::Number || (is_guessed && end + 2 >= before.words.len());
    let is_about = |found: &&Found| found.2 == Part::About;
    before.said.iter().filter(is_about).any(|(_, end, _)| precedes(*end) && !of_another(before.words, *end))
        || after.said.iter().filter(is_about).any(|(at, end, _)| *at <= 1 && !of_another(after.words, *end))
        || (kind == Kind::Number && (is_bound(before, after) || is_choice(before.words, after.words)))
}

/// Whether a number is the most or the least there may be: "up to 6", "6 max". Until when something is says nothing of it.
fn is_bound(before: &Words<'_>, after: &Words<'_>) -> bool {
    let leads = |end: usize| before.words.iter().skip(end + 1).all(|word| OF.contains(&word.as_str()));
    before.said.iter().any(|(_, end, part)| *part == Part::Bound && leads(*end))
        || after.said.iter().any(|(at, end, part)| {
            let of_another = after.words.get(end + 1).is_some_and(|word| number_words::is_amount(word));
            *part == Part::Bound && *at == 0 && !of_another
        })
}

/// Whether a number is one of two: "five or six".
fn is_choice(before: &[String], after: &[String]) -> bool {
    let of = |or: Option<&String>, other: Option<&String>| {
        or.is_some_and(|word| OR.has(word)) && other.is_some_and(|word| number_words::is_amount(word))
    };
    let mut back = before.iter().rev();
    of(after.first(), after.get(1)) || of(back.next(), back.next())
}

/// "I live in Haifa and don't drive": what is denied behind an "and" is something else.
fn is_joined(words: &[String], at: usize) -> bool {
    let from = at.saturating_sub(1);
    words.get(from..=at).is_some_and(|words| words.iter().any(|word| is_and(word)))
}

/// Whether what stands right behind a place takes it back: "Haifa, I mean Acre"; or, of a number, what comes a little
/// later: "table for 6 please. Oh wait, make that 8". "I'm Sarah actually", at the end, takes nothing back.
fn is_corrected(kind: Kind, text: &str, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default();
    let pieces = Boundary::Sentence.pieces(behind).map(text::words).enumerate();
    let mut pieces = pieces.filter(|(_, words)| !words.is_empty());
    let Some((place, next)) = pieces.next() else { return false };
    let later = pieces.next().map(|(_, words)| words).unwrap_or_default();
    let goes_on = |last: usize| place > 0 || last + 1 < next.len() || !later.is_empty();
    // "Hove actually, not Brighton", "Leeds actually so Tuesday is hard" only stress it.
    let stresses = |last: usize| {
        let clause = text::words(Boundary::Clause.pieces(behind).next().unwrap_or_default());
        let found = LEXICON.among(clause.get(last + 1..).unwrap_or_default());
        matches!(found.first(), Some((0, _, Part::So | Part::Because)))
    };
    let contrasts = |last: usize| {
        let of_somebody = matches!(kind, Kind::Name | Kind::Place);
        let not = next.get(last + 1).is_some_and(|word| NOT.has(word));
        of_somebody && not && (last + 3..=last + 4).contains(&next.len())
    };
    let corrects = |(at, last, part): &Found| {
        let counts = *part == Part::Correction || (*part == Part::Stress && !stresses(*last) && !contrasts(*last));
        counts && *at <= 1 && goes_on(*last)
    };
    LEXICON.among(&next).iter().any(corrects) || (kind == Kind::Number && is_renumbered(&[next, later].concat()))
}

/// "Please. Oh wait, make that 8": the first amount is a correction's, and no hour.
fn is_renumbered(words: &[String]) -> bool {
    let is_amount = |word: &String| number_words::is_amount(word);
    let Some(amount) = words.iter().position(is_amount) else { return false };
    let is_one = words.get(amount..=amount).and_then(number_words::whole) == Some(1);
    let is_of_the_clock = words.get(amount + 1).is_some_and(|word| is_amount(word) || hours::is_time(word));
    let corrects = |(_, last, part): &Found| {
        matches!(part, Part::Correction | Part::Stress) && *last < amount && amount <= last + 2
    };
    let is_at = amount.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| is_where(word));
    let is_hour = is_at && words.len() > amount + 1;
    !is_one && !is_of_the_clock && !is_hour && LEXICON.among(words).iter().any(corrects)
}

/// Whether words begin with a phrase of this part beside a value.
fn begins_with(words: &[String], part: Part) -> bool {
    matches!(value::LEXICON.among(words).first(), Some((0, _, found)) if *found == part)
}

/// "In", "from", "after".
fn is_where(word: &str) -> bool {
    matches!(value::LEXICON.among(&[word]).as_slice(), [(.., Part::At | Part::In)])
}

/// "No I am from Haifa", "no I'd like": a "no" before a subject answers what was asked. Hebrew and Arabic
/// deny a wish with it too.
fn answers(before: &[String], at: usize) -> bool {
    let Some(no) = before.get(at).filter(|word| NO.has(word)) else { return false };
    // "That's not my name Dana" says no to nothing.
    let ahead = LEXICON.among(before.get(..at).unwrap_or_default());
    let goes_ahead = |part: &Part| matches!(part, Part::Greeting | Part::Turn | Part::So);
    let covered: usize = ahead.iter().filter(|(.., part)| goes_ahead(part)).map(|(from, to, _)| to - from + 1).sum();
    if covered < at {
        return false;
    }
    let next = before.get(at + 1..).unwrap_or_default();
    match LEXICON.among(next).first() {
        // "לא קוראים לי דנה" says no to the name.
        Some((0, _, Part::Speaker)) => {
            no != "לא" || ![Part::Named, Part::Here].iter().any(|part| begins_with(next, *part))
        }
        Some((0, _, Part::Request)) => !matches!(no.as_str(), "לא" | "لا"),
        _ => false,
    }
}

/// Whether the clause before or behind is a hedge and nothing else: "mornings, I think". Who comes "maybe tomorrow" has no
/// doubt of their name, nor who borrows "fifty at most" of what they want.
fn hedges_beside(kind: Kind, text: &str, sentence: &Range<usize>, clause: &Range<usize>) -> bool {
    if sentence == clause {
        return false;
    }
    let before = text.get(sentence.start..clause.start).unwrap_or_default();
    let after = text.get(clause.end..sentence.end).unwrap_or_default();
    let last = Boundary::Clause.pieces(before).filter(|piece| !piece.trim().is_empty()).last();
    let first = Boundary::Clause.pieces(after).find(|piece| !piece.trim().is_empty());
    let is_measureless = matches!(kind, Kind::Name | Kind::Phone | Kind::Interest);
    let is_timeless = matches!(kind, Kind::Name | Kind::Phone);
    let is_time = |word: &String| hours::is_time(word) || PHRASES.begins(std::slice::from_ref(word), true).is_some();
    last.into_iter().chain(first).any(|piece| {
        let words = text::words(piece);
        let hedges = |part: Part| part == Part::Hedge || part == Part::May || (part == Part::About && !is_measureless);
        let found = LEXICON.among(&words);
        let hedges = |found: &&Found| hedges(found.2) && !(found.2 == Part::May && is_polite(&words, found.0));
        let covered: usize = found.iter().filter(hedges).map(|(at, end, _)| end - at + 1).sum();
        if is_timeless && words.iter().any(is_time) {
            return false;
        }
        // "Around 11pm" is unsure of the hour.
        let is_of_its_own =
            words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()) || number_words::is_number(word));
        covered > 0 && covered + 1 >= words.len() && !is_of_its_own
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::statement::FILES;

    #[test]
    fn every_part_lowers_the_sentence_it_hits_and_not_the_other() {
        let limit = |sentence: &str| {
            let (sentence, kind) = sentence.split_once('|').unwrap_or((sentence, ""));
            let kind = match kind.trim() {
                "name" => Kind::Name,
                "number" => Kind::Number,
                "text" => Kind::Text,
                "interest" => Kind::Interest,
                _ => Kind::Place,
            };
            let sentence = sentence.trim_end();
            let (start, end) = (sentence.find('{').unwrap(), sentence.find('}').unwrap() - 1);
            let text = sentence.replace(['{', '}'], "");
            // A letter before the value is of the same word.
            let word = text[..start].rfind(' ').map_or(0, |space| space + 1);
            Stance::of(kind, &text[start..end], &text, &(word..end)).limit()
        };
        assert_sentences(FILES, |sentence| limit(sentence) != Confidence::High);
    }
}
