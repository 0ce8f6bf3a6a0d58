//! An answer as the messages the channel takes: cut where its limits demand it, what is asked at the end.

use super::ask::Answer;
use crate::model::conversation::{Body, Button};
use unicode_segmentation::UnicodeSegmentation;
use zikaron_memory::resume;
use zikaron_memory::settings::{ResumePrompt, Settings};

/// The longest text the channel takes. It says "characters"; counted here as UTF-16 does, which is never less.
const MAX_TEXT: usize = 4096;
/// The longest text beside buttons.
const MAX_BUTTONS: usize = 1024;
/// How far behind a cut one looks for what belongs together, in characters.
const BEYOND: usize = 64;

/// The messages, in the order in which they are sent.
pub(super) fn bodies(answer: Answer, settings: &Settings) -> Vec<Body> {
    let Answer { text, question, spoken, asks_number, .. } = answer;
    let text = sendable(&text);
    if asks_number {
        return with_buttons(&text, spoken.number_request().to_owned(), |text| Body::NumberRequest { text });
    }
    let Some(question) = question.map(|question| sendable(&question)) else { return texts(&text) };
    if settings.resume_prompt == ResumePrompt::Text {
        return texts(&together(&text, &question));
    }
    let (go_on, fresh) = resume::button_titles(spoken);
    let buttons = vec![
        Button { id: resume::CONTINUE_BUTTON.to_owned(), title: go_on.to_owned() },
        Button { id: resume::FRESH_BUTTON.to_owned(), title: fresh.to_owned() },
    ];
    with_buttons(&text, question, |text| Body::Buttons { text, buttons })
}

/// A text and what is asked behind it by buttons: in one message where it fits, for each costs.
fn with_buttons(text: &str, asked: String, body: impl FnOnce(String) -> Body) -> Vec<Body> {
    let together = together(text, &asked);
    if length(&together) <= MAX_BUTTONS {
        return vec![body(together)];
    }
    let mut bodies = texts(text);
    bodies.push(body(asked));
    bodies
}

fn together(text: &str, asked: &str) -> String {
    if text.trim().is_empty() { asked.to_owned() } else { format!("{text}\n\n{asked}") }
}

/// Without U+0000, which breaks receivers, and without what half a surrogate pair leaves behind (U+FFFD).
fn sendable(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\0' | '\u{FFFD}')).collect()
}

fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn texts(text: &str) -> Vec<Body> {
    split(text, MAX_TEXT).into_iter().map(|part| Body::Text(part.to_owned())).collect()
}

/// Cuts a text into parts of at most `most`: after a sentence or a line, else between words, else between what the eye
/// sees as characters; only a single one of those that is longer than a part is cut itself.
fn split(text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while length(rest) > most {
        let cut = cut(rest, most);
        let (part, behind) = rest.split_at(cut);
        parts.push(part.trim_end());
        rest = behind.trim_start();
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(rest);
    }
    parts
}

/// Where the first part of a text that is too long ends; never 0.
fn cut(text: &str, most: usize) -> usize {
    let mut units = 0;
    let fits = text.chars().take_while(|c| {
        units += c.len_utf16();
        units <= most
    });
    let limit = fits.map(char::len_utf8).sum();
    // A boundary at the limit shows only by what follows it.
    let seen = text.char_indices().nth(most + BEYOND).map_or(text, |(at, _)| text.split_at(at).0);
    let last =
        |places: &mut dyn Iterator<Item = usize>| places.take_while(|at| *at <= limit).filter(|at| *at > 0).last();
    let sentence = last(&mut seen.split_sentence_bound_indices().map(|(at, _)| at));
    let is_space = |(_, grapheme): &(usize, &str)| grapheme.chars().all(char::is_whitespace);
    let space = || last(&mut seen.grapheme_indices(true).filter(is_space).map(|(at, _)| at));
    let word = || last(&mut seen.split_word_bound_indices().map(|(at, _)| at));
    let grapheme = || last(&mut seen.grapheme_indices(true).map(|(at, _)| at));
    // One long tail is better than many short parts.
    let sentence = sentence.filter(|at| *at > limit / 2);
    sentence.or_else(space).or_else(word).or_else(grapheme).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zikaron_memory::spoken::Spoken;

    fn saying(text: &str) -> Answer {
        Answer {
            text: text.to_owned(),
            question: None,
            handover: None,
            spoken: Spoken::Hebrew,
            discloses: false,
            asks_number: false,
            fresh: None,
            confirms: false,
            usage: <_>::default(),
        }
    }

    fn rejoined(text: &str, most: usize) -> Vec<&str> {
        let parts = split(text, most);
        assert!(parts.iter().all(|part| length(part) <= most), "{parts:?}");
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(bare(&parts.concat()), bare(text), "nothing is lost, nothing moved");
        parts
    }

    #[test]
    fn a_long_answer_is_cut_after_a_sentence_and_loses_no_word() {
        let text = "שלום לכם. ".repeat(1_000);
        let parts = rejoined(&text, 4096);
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| part.ends_with('.')));
        assert_eq!(parts.join(" "), text.trim());
        assert_eq!(split("", 10), [""]);
        assert_eq!(rejoined("מחיר: 1.5 ש\"ח. תודה רבה.", 20), ["מחיר: 1.5 ש\"ח.", "תודה רבה."]);
        assert_eq!(rejoined("שורה אחת\nשורה שנייה", 15), ["שורה אחת", "שורה שנייה"]);
    }

    #[test]
    fn without_a_sentence_it_is_cut_between_words_and_without_words_between_what_the_eye_sees() {
        assert_eq!(rejoined("אחת שתיים שלוש", 11), ["אחת שתיים", "שלוש"]);
        assert_eq!(rejoined(&"א".repeat(5_000), 4096).len(), 2);
        // A family is seven characters and eleven units, a letter with niqqud two of each.
        let family = "👨\u{200D}👩\u{200D}👧\u{200D}👦";
        assert!(rejoined(&family.repeat(40), 100).iter().all(|part| part.starts_with('👨') && part.ends_with('👦')));
        let pointed = "שָׁ".repeat(50);
        assert!(rejoined(&pointed, 10).iter().all(|part| part.starts_with('ש') && part.ends_with(['ׁ', 'ָ'])));
        let monster = format!("א{}", "\u{5B8}".repeat(300));
        assert_eq!(rejoined(&monster, 100).len(), 4, "longer than a part: cut anywhere");
    }

    #[test]
    fn ten_thousand_hebrew_characters_are_three_messages() {
        let mut text = String::new();
        for number in 0.. {
            text.push_str(&format!("משפט מספר {number} בתשובה ארוכה מאוד, עם פסיק ושאלה? "));
            if length(&text) >= 10_000 {
                break;
            }
        }
        let parts = rejoined(&text, MAX_TEXT);
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| part.starts_with("משפט") && part.ends_with('?')));
    }

    #[test]
    fn the_question_follows_the_answer_in_one_message_where_it_fits() {
        let asks = |text: &str, prompt| {
            let settings = Settings { resume_prompt: prompt, ..Settings::default() };
            let question = Some("להמשיך?".to_owned());
            bodies(Answer { question, ..saying(text) }, &settings)
        };
        let short = asks("שלום", ResumePrompt::Buttons);
        assert!(
            matches!(&short[..], [Body::Buttons { text, buttons }] if text == "שלום\n\nלהמשיך?" && buttons.len() == 2)
        );
        let long = asks(&"א".repeat(1_020), ResumePrompt::Buttons);
        assert!(matches!(&long[..], [Body::Text(_), Body::Buttons { text, .. }] if text == "להמשיך?"));
        let plain = asks("שלום", ResumePrompt::Text);
        assert_eq!(plain, [Body::Text("שלום\n\nלהמשיך?".to_owned())]);
    }

    #[test]
    fn the_request_for_the_number_stands_alone_where_the_answer_is_too_long_for_both() {
        let asks = |text: &str| bodies(Answer { asks_number: true, ..saying(text) }, &Settings::default());
        let request = Spoken::Hebrew.number_request();
        let short = asks("נרשם.");
        assert_eq!(short, [Body::NumberRequest { text: format!("נרשם.\n\n{request}") }]);
        let text = "א".repeat(1_020);
        let alone = Body::NumberRequest { text: request.to_owned() };
        assert_eq!(asks(&text), [Body::Text(text), alone], "no word of the answer is lost");
    }

    #[test]
    fn what_breaks_receivers_is_left_out() {
        let answer = saying("א\u{0}ב\u{FFFD}ג");
        assert_eq!(bodies(answer, &Settings::default()), [Body::Text("אבג".to_owned())]);
    }
}
