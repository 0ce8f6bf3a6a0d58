//! Transcripts: turns, cut to what one item may hold.

use zikaron_protocol::model::call::{Spoken, Voice};

/// The most a transcript may hold, in bytes of UTF-8: it is one item of the table, which takes 400 KB, and one event of
/// the bus, which takes [1 MB](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html) …
pub(super) const MAX_BYTES: usize = 256 * 1024;
/// … where each turn counts this much more, for the names and the punctuation of its JSON.
const TURN_BYTES: usize = 56;

/// A turn; none where nothing was said. Control characters, which JSON and the table would blow up, become spaces.
pub(super) fn turn(voice: Voice, text: &str, second: Option<u32>) -> Option<Spoken> {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| Spoken { voice, text: text.to_owned(), second })
}

/// Whose voice a provider's role is; none for the machinery (prompts, tools, results) and for persons nobody knows.
pub(super) fn voice(role: &str) -> Option<Voice> {
    Some(match role.trim().to_lowercase().replace('_', " ").as_str() {
        "user" | "customer" | "caller" | "human" | "client" | "contact" | "לקוח" | "לקוחה" => Voice::Customer,
        "agent" | "assistant" | "bot" | "ai" | "robot" | "סוכן" | "סוכנת" | "נציג" | "נציגה" => {
            Voice::Agent
        }
        "staff" | "operator" | "transfer target" => Voice::Staff,
        "unknown" => Voice::Unknown,
        _ => return None,
    })
}

/// Names under which providers write what nobody said.
pub(super) fn is_machinery(name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["tool", "tools", "system", "developer", "function", "action", "transition", "dtmf", "injected"];
    let name = name.trim().to_lowercase().replace(['_', '-'], " ");
    name.split(' ').any(|word| WORDS.contains(&word))
}

/// A turn of a list, under the role the provider gives it; none of the machinery. The words of somebody unknown are shown
/// with the name they stand under, as those of a flat text are.
pub(super) fn of_role(role: Option<&str>, text: &str, second: Option<u32>) -> Option<Spoken> {
    match role {
        None => turn(Voice::Unknown, text, second),
        Some(role) if is_machinery(role) => None,
        Some(role) => match voice(role) {
            Some(voice) => turn(voice, text, second),
            None => turn(Voice::Unknown, text, second).and_then(|said| {
                let named = format!("{}: {}", role.trim(), said.text);
                turn(Voice::Unknown, &named, second)
            }),
        },
    }
}

/// A transcript that is too long loses its middle, with a mark: the beginning says what it was about, the end how it
/// came out. A turn that is cut leaves two, so that no quote can reach across.
pub(super) fn bounded(turns: Vec<Spoken>) -> Vec<Spoken> {
    if turns.iter().map(size).sum::<usize>() <= MAX_BYTES {
        return turns;
    }
    let half = MAX_BYTES / 2 - 4 * TURN_BYTES;
    let whole: usize = turns.iter().map(|turn| turn.text.len()).sum();
    let (mut head, mut rest) = (Vec::new(), turns.into_iter().collect::<std::collections::VecDeque<_>>());
    let mut room = half;
    while let Some(first) = rest.pop_front() {
        if size(&first) <= room {
            room -= size(&first);
            head.push(first);
            continue;
        }
        let at = first.text.floor_char_boundary(room.saturating_sub(TURN_BYTES));
        let (kept, left) = first.text.split_at(at);
        head.extend(turn(first.voice, kept, first.second));
        rest.push_front(Spoken { text: left.to_owned(), ..first });
        break;
    }
    let mut tail = Vec::new();
    let mut room = half;
    while let Some(last) = rest.pop_back() {
        if size(&last) <= room {
            room -= size(&last);
            tail.push(last);
            continue;
        }
        let at = last.text.ceil_char_boundary(last.text.len() - room.saturating_sub(TURN_BYTES).min(last.text.len()));
        tail.extend(turn(last.voice, &last.text[at..], last.second));
        break;
    }
    let kept: usize = head.iter().chain(&tail).map(|turn| turn.text.len()).sum();
    let mark = format!("[… {} bytes of the transcript left out …]", whole - kept);
    head.push(Spoken { voice: Voice::Agent, text: mark, second: None });
    head.extend(tail.into_iter().rev());
    head
}

fn size(turn: &Spoken) -> usize {
    turn.text.len() + TURN_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(voice: Voice, text: &str) -> Spoken {
        Spoken { voice, text: text.to_owned(), second: None }
    }

    #[test]
    fn a_transcript_too_long_is_cut_in_the_middle_with_a_mark() {
        let long: Vec<_> = (0..4_000)
            .map(|n| {
                let text = format!("{n} {}", "א".repeat(60));
                said(if n % 2 == 0 { Voice::Agent } else { Voice::Customer }, &text)
            })
            .collect();
        let cut = bounded(long.clone());
        assert!(cut.iter().map(size).sum::<usize>() <= MAX_BYTES);
        assert!(cut.iter().map(size).sum::<usize>() > MAX_BYTES - 2_000);
        assert_eq!((cut.first(), cut.last()), (long.first(), long.last()));
        let marks: Vec<_> = cut.iter().filter(|turn| turn.text.starts_with("[… ")).collect();
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0].voice, Voice::Agent, "the mark is not the customer's word");
        let short = long[..100].to_vec();
        assert_eq!(bounded(short.clone()), short);
    }

    #[test]
    fn one_endless_turn_is_cut_between_characters_into_two() {
        for text in ["א".repeat(400_000), format!("x{}", "😀".repeat(200_000)), "a".repeat(1_000_000)] {
            let cut = bounded(vec![said(Voice::Customer, &text)]);
            assert_eq!(cut.len(), 3);
            assert!(text.starts_with(&cut[0].text) && text.ends_with(&cut[2].text));
            assert!(cut.iter().map(size).sum::<usize>() <= MAX_BYTES);
        }
    }

    #[test]
    fn turns_of_nothing_are_no_way_around_the_bound() {
        let cut = bounded(vec![said(Voice::Customer, "x"); 500_000]);
        assert!(cut.iter().map(size).sum::<usize>() <= MAX_BYTES);
    }
}
