//! One text with a name before each turn: `User: …` and `Agent: …`.

use super::transcript::{is_machinery, turn, voice};
use zikaron_protocol::model::call::{Spoken, Voice};

/// The longest name before a turn, in characters. What is longer is a sentence with a colon in it.
const MAX_NAME_CHARS: usize = 40;

/// A line that says whose it is.
struct Named<'a> {
    name: &'a str,
    said: &'a str,
    second: Option<u32>,
}

/// `Name: …`, with a time before or behind the name, in brackets or not: `[00:05] Name: …`, `Name (00:05): …`.
fn named(line: &str) -> Option<Named<'_>> {
    let (before, rest) = timed(line.trim_start_matches(is_decoration));
    let colon = rest.find(COLONS)?;
    // A time behind the name holds colons itself.
    let bracket = rest.find(['(', '[']).filter(|at| *at < colon);
    let (head, behind, said) = match bracket.map(|at| (at, timed(&rest[at..]))) {
        Some((at, (Some(second), after))) if after.starts_with(COLONS) => (&rest[..at], Some(second), after),
        _ => (&rest[..colon], None, &rest[colon..]),
    };
    let said = said.trim_start_matches(COLONS);
    let name = head.trim_matches(is_decoration);
    // The colon of a time of day names nobody; a number of a phone or of a speaker does.
    let is_time = name.ends_with(|c: char| c.is_ascii_digit()) && said.starts_with(|c: char| c.is_ascii_digit());
    let is_word = name.chars().any(char::is_alphanumeric);
    let is_name = is_word && !is_time && name.chars().count() <= MAX_NAME_CHARS;
    let said_bare = said.trim_matches(is_decoration);
    // The colon of an address on the web is none.
    (is_name && !said.starts_with("//")).then_some(Named { name, said: said_bare, second: before.or(behind) })
}

/// Whether a line without a name may be somebody else's all the same: a name too long to be one (`Manager of our branch
/// in …: I am Ruth`), or one with a dash behind it. In doubt it is not the customer's word.
fn may_be_another_s(line: &str) -> bool {
    let line = line.trim_start_matches(is_decoration);
    let is_end = |c: char| matches!(c, '.' | '!' | '?' | '؟' | '۔');
    let ends = line.match_indices(is_end).map(|(at, mark)| line.split_at(at + mark.len()).1);
    // "Dr." and the like end nothing.
    let is_word = |rest: &&str| {
        let before = line.split_at(line.len() - rest.len()).0.trim_end_matches(is_end);
        before.rsplit(char::is_whitespace).next().is_some_and(|word| word.chars().count() > 3)
    };
    let mut ends = ends.filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)).filter(is_word);
    let end = ends.next();
    let sentence = end.map_or(line, |rest| line.split_at(line.len() - rest.len()).0);
    let is_digit = |c: char| c.is_ascii_digit();
    let names = |(at, colon): (usize, &str)| {
        let (before, behind) = (line.split_at(at).0, line.split_at(at + colon.len()).1);
        before.contains(char::is_alphanumeric)
            && !behind.starts_with("//")
            && !(before.ends_with(is_digit) && behind.starts_with(is_digit))
    };
    let dash = ["-", "–", "—"].iter().find_map(|dash| sentence.split_once(&format!(" {dash} ")));
    let is_name = |name: &str| name.chars().count() <= MAX_NAME_CHARS && name.chars().all(|c| !is_digit(c) && c != ',');
    sentence.match_indices(COLONS).any(names) || dash.is_some_and(|(name, _)| is_name(name))
}

/// Colons, that of Chinese keyboards too.
const COLONS: [char; 2] = [':', '：'];

/// What stands around a name and says nothing: spaces, marks of direction, a model's stars.
fn is_decoration(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A time at the beginning, `00:05` or `1:00:05`, perhaps in brackets and up to another one, and what stands behind it.
fn timed(text: &str) -> (Option<u32>, &str) {
    let (inner, after) = match text.chars().next() {
        Some(open @ ('[' | '(')) => match text[1..].split_once(if open == '[' { ']' } else { ')' }) {
            Some((inner, after)) => (inner, after),
            None => return (None, text),
        },
        _ => text.split_once(' ').unwrap_or((text, "")),
    };
    match clock(inner.split(['-', '–']).next().unwrap_or_default().trim()) {
        Some(second) => (Some(second), after.trim_start()),
        None => (None, text),
    }
}

/// The seconds of `m:ss` or `h:mm:ss`, fractions cut off.
fn clock(text: &str) -> Option<u32> {
    let text = text.split(['.', ',']).next()?;
    let parts: Vec<u32> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts[..] {
        [minutes, seconds] if seconds < 60 => minutes.checked_mul(60)?.checked_add(seconds),
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
            hours.checked_mul(3_600)?.checked_add(minutes * 60 + seconds)
        }
        _ => None,
    }
}

/// The name under which this text writes the customer's turns: of several the one that is written like the agent's, else
/// the most frequent. A list that an agent reads back may begin a line with another (`לקוח: …`), and is not their word: so
/// where only the customer's name is in other letters than the agent's, it must take turns with the agent.
fn customer_name<'a>(lines: &[Named<'a>]) -> Option<&'a str> {
    let is_latin = |name: &str| name.is_ascii();
    let agent = lines.iter().find(|line| voice(line.name) == Some(Voice::Agent)).map(|line| is_latin(line.name));
    let of = |name: &str| lines.iter().filter(|line| line.name.eq_ignore_ascii_case(name)).count();
    let names = lines.iter().map(|line| line.name).filter(|name| voice(name) == Some(Voice::Customer));
    let names = names.filter(|name| agent.is_none_or(|agent| agent == is_latin(name)) || takes_turns(name, lines));
    names.rev().max_by_key(|name| (agent == Some(is_latin(name)), of(name)))
}

/// Whether somebody of this name answers more than once: their line is the first or follows one of the agent's, which does
/// not announce a list.
fn takes_turns(name: &str, lines: &[Named<'_>]) -> bool {
    let answers = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| lines.get(before));
        before.is_none_or(|before| voice(before.name) == Some(Voice::Agent) && !before.said.ends_with(COLONS))
    };
    lines.iter().enumerate().filter(|(at, line)| line.name.eq_ignore_ascii_case(name) && answers(*at)).count() > 1
}

/// The turns of a text in which `User: …` and `Agent: …` stand at the beginning of lines, or all in one line. A line
/// without a name goes on with the turn before it. One with a name nobody knows is a turn of somebody nobody knows, and
/// never the customer's; a text without any names is nobody's word.
pub(super) fn of_text(text: &str) -> Vec<Spoken> {
    let written: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let is_one_line = written.len() == 1;
    let pieces: Vec<(&str, bool)> = written.iter().flat_map(|line| pieces(line, is_one_line)).collect();
    // An agent who reads details back within a line looks like a customer who speaks once.
    let trusts_inner = is_one_line && pieces.len() > 2;
    let names: Vec<Named<'_>> = pieces.iter().filter_map(|(piece, _)| named(piece)).collect();
    let customer = customer_name(&names);
    let mut turns: Vec<(Option<Voice>, String, Option<u32>)> = Vec::new();
    for (piece, is_inner) in &pieces {
        match (named(piece), turns.last_mut()) {
            (Some(Named { name, said, second }), _) => {
                let is_another = customer.is_none_or(|of| !of.eq_ignore_ascii_case(name));
                let voice = match voice(name) {
                    Some(Voice::Customer) if is_another || *is_inner && !trusts_inner => Some(Voice::Unknown),
                    None if !is_machinery(name) => Some(Voice::Unknown),
                    voice => voice,
                };
                // The words of somebody unknown are shown with the name they stand under.
                let said = if voice == Some(Voice::Unknown) { piece.trim() } else { said };
                turns.push((voice, said.to_owned(), second));
            }
            (None, Some((Some(Voice::Customer), ..))) if may_be_another_s(piece) => {
                turns.push((Some(Voice::Unknown), piece.trim().to_owned(), None));
            }
            (None, Some((_, before, _))) => {
                before.push(' ');
                before.push_str(piece.trim());
            }
            (None, None) => turns.push((Some(Voice::Unknown), (*piece).to_owned(), None)),
        }
    }
    turns.iter().filter_map(|(voice, said, second)| turn((*voice)?, said, *second)).collect()
}

/// A line, broken before each name of a speaker within it, each with whether it stood within. Where all of the text is one
/// line, any single word with a colon may be such a name; else a name that is known.
fn pieces(line: &str, is_one_line: bool) -> Vec<(&str, bool)> {
    let mut starts = vec![0];
    for (at, _) in line.match_indices(char::is_whitespace) {
        let rest = line[at..].trim_start();
        let is_speaker = rest.split_once(COLONS).is_some_and(|(name, said)| {
            let is_word = !name.is_empty() && name.chars().all(char::is_alphabetic);
            is_word && (voice(name).is_some() || is_one_line && said.starts_with(char::is_whitespace))
        });
        let starts_upper = !rest.chars().next().is_some_and(char::is_lowercase);
        // What stands before the first name is no turn: a time.
        let follows_one = starts.last().is_some_and(|from| named(&line[*from..at]).is_some());
        if is_speaker && starts_upper && follows_one {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([line.len()]);
    starts.iter().zip(ends).map(|(from, to)| (line[*from..to].trim(), *from > 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(voice: Voice, text: &str) -> Spoken {
        Spoken { voice, text: text.to_owned(), second: None }
    }

    #[test]
    fn names_at_the_beginning_of_lines_tell_whose_turn_it_is() {
        let text = "AI: Hello, how can I help?\nUser: שלום: רציתי תור\n  לשבוע הבא\nTool: {\"x\":1}\n\nAgent: ok";
        let turns = of_text(text);
        let read: Vec<_> = turns.iter().map(|turn| (turn.voice, turn.text.as_str())).collect();
        assert_eq!(
            read,
            [
                (Voice::Agent, "Hello, how can I help?"),
                (Voice::Customer, "שלום: רציתי תור לשבוע הבא"),
                (Voice::Agent, "ok"),
            ]
        );
        assert_eq!(of_text("רציתי תור"), [said(Voice::Unknown, "רציתי תור")]);
        assert_eq!(of_text(" \n "), []);
    }

    #[test]
    fn what_stands_under_another_name_is_never_the_customer_s_word() {
        let customers = |text: &str| -> Vec<String> {
            let of = |turn: Spoken| (turn.voice == Voice::Customer).then_some(turn.text);
            of_text(text).into_iter().filter_map(of).collect()
        };
        for (text, said) in [
            (
                "Agent: שלום\nCustomer: תודה\nManager: כאן רותי מנהלת הסניף\nCustomer: היי רותי",
                &["תודה", "היי רותי"][..],
            ),
            ("Agent: hi\nUser: yes\nTransfer Target: this is Dana\nUser: ok", &["yes", "ok"]),
            ("Reception: hi\nUser: yes\nBilling: your card?\nand the number?", &["yes"]),
            ("Agent: hi\nUser: yes\nagent-action: {\"x\":1}\n{\"y\":2}\nUser: ok", &["yes", "ok"]),
            ("Agent: הפרטים שלך:\nלקוח: דנה כהן\nטלפון: 1\nCustomer: נכון", &["נכון"]),
            ("Agent: רשמתי\nלקוח: דנה כהן", &[]),
            ("Agent: רשמתי\nלקוח: דנה כהן\nטלפון: 1\nAgent: שוב, הפרטים שלך:\nלקוח: דנה כהן", &[]),
            ("Agent: שלום\nדנה: רציתי תור\nAgent: הפרטים שלך:\nלקוח: דנה כהן", &[]),
            ("Agent: שלום\nלקוח: רציתי תור\nAgent: למתי?\nלקוח: למחר", &["רציתי תור", "למחר"]),
            ("סוכן: מה השם:\nלקוח: דנה כהן", &["דנה כהן"]),
            ("נציגה: שלום\nלקוחה: רציתי תור\nנציגה: למתי?\nלקוחה: למחר", &["רציתי תור", "למחר"]),
            ("Agent: שלום Customer: רציתי תור Agent: למתי?", &["רציתי תור"]),
            ("Agent: come at (10:30): ok\nCustomer: fine", &["fine"]),
            ("Agent: hi\nCustomer: yes\nManager (Ruth): I am Ruth\nAgent #2: hello", &["yes"]),
            ("Agent: hi\nCustomer: yes\n**Manager:** I am Ruth\nCohen, manager: hello", &["yes"]),
            ("Agent: hi\nCustomer: yes\n\u{200F}מנהלת: אני רותי\nManager：hello", &["yes"]),
            ("**Agent:** hi\n**Customer:** yes", &["yes"]),
            ("Agent: your details: Customer: Dana Cohen", &[]),
            ("Agent: hi Customer: yes Agent: one moment Customer: thanks Manager: I am Ruth", &["yes", "thanks"]),
            ("Agent: hi\nCustomer: yes Agent: we are in Holon", &["yes"]),
            ("Agent: hi. Customer: Dana, is it?\nCustomer: yes", &["yes"]),
            ("Agent: hi\nCustomer: ok\n+12025550101: I am Ruth\n2: and I am Dana", &["ok"]),
            ("Agent: hi\nCustomer: tomorrow\nat 10:30 please", &["tomorrow at 10:30 please"]),
            ("Customer: I told the agent: no", &["I told the agent: no"]),
            (
                "Agent: hi\nCustomer: see https://example.com\nhttps://example.org/x",
                &["see https://example.com https://example.org/x"],
            ),
            (
                "Agent: שלום\nCustomer: תודה\nמנהלת הסניף בחולון של רשת המספרות הגדולה בישראל: אני רותי\nמחולון",
                &["תודה"],
            ),
            ("Agent: hi\nCustomer: yes\nManager – I am Ruth", &["yes"]),
            ("Agent: hi\nCustomer: yes\nRuth from the branch in Holon - I am the manager", &["yes"]),
            (
                "Agent: hi\nCustomer: yes\nI will come with my sister tomorrow at noon. To be clear: we both want a haircut",
                &["yes I will come with my sister tomorrow at noon. To be clear: we both want a haircut"],
            ),
            ("Agent: hi\nCustomer: yes\nDr. Ruth Cohen, manager of the branch in Holon: I am Ruth", &["yes"]),
            ("Agent: hi\nCustomer: between\n10 - 12 please", &["between 10 - 12 please"]),
            ("Agent: hi\nCustomer: at\n10:30 or later", &["at 10:30 or later"]),
        ] {
            assert_eq!(customers(text), said, "{text}");
        }
    }

    #[test]
    fn times_before_or_behind_the_name_are_read() {
        for line in [
            "[00:05] Customer: כן",
            "(0:05) Customer: כן",
            "00:05 Customer: כן",
            "Customer (00:05): כן",
            "Customer [00:00:05]: כן",
            "[00:05 - 00:09] Customer: כן",
            "[00:05.250] Customer: כן",
        ] {
            let expected = Spoken { second: Some(5), ..said(Voice::Customer, "כן") };
            assert_eq!(of_text(line), [expected], "{line}");
        }
    }
}
