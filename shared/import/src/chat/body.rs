//! What stands behind a sender: words, something that was left out, or words of WhatsApp's own.

use super::scan::{is_blank, is_mark, unmarked};
use super::words::{
    ATTACHED, DELETED, EDITED, FILE_ATTACHED, LOCATION, MEDIA_OMITTED, MISSED_CALL, NOTICES, OMITTED, Omitted,
};
use zikaron_memory::content::Content;

/// What one line of a chat says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Somebody wrote, or sent something.
    Said {
        /// The words as they stand now; empty where there are none.
        text: String,
        /// What came with them or instead of them.
        content: Option<Content>,
    },
    /// A call that nobody answered.
    MissedCall,
}

/// What was read behind a sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    What(What),
    /// It was taken back: of what it said nothing is known.
    Deleted,
    /// Words of WhatsApp's own.
    Notice,
}

/// Reads what stands behind a sender. iPhones (`bracketed`) put a mark of direction before what they write themselves, so
/// that no words of a person are taken for that; on Android what WhatsApp says has no sender.
pub(super) fn body(raw: &str, bracketed: bool) -> Body {
    let is_marked = bracketed && raw.starts_with('\u{200E}');
    let text = trimmed(raw);
    let plain = plain(text);
    let is = |list: &[&str]| list.iter().any(|words| plain.trim_end_matches('.') == *words);
    if is(&DELETED) {
        return Body::Deleted;
    }
    if NOTICES.iter().any(|words| plain.starts_with(words)) {
        return Body::Notice;
    }
    if (is_marked || !bracketed) && MISSED_CALL.iter().any(|words| is_call(&plain, words, bracketed)) {
        return Body::What(What::MissedCall);
    }
    let said = said(text, bracketed);
    if is_marked && said.1.is_none() {
        return Body::Notice;
    }
    let (text, content) = said;
    Body::What(What::Said { text, content })
}

/// iPhones say more behind it: whom to call back. Android says just this.
fn is_call(plain: &str, words: &str, bracketed: bool) -> bool {
    if bracketed { plain.starts_with(words) } else { plain == words }
}

fn said(text: &str, bracketed: bool) -> (String, Option<Content>) {
    let text = unedited(text);
    if let Some((caption, name)) = attached(text) {
        return (words(caption), Some(of_file(name)));
    }
    if bracketed && let Some((caption, content)) = omitted(text) {
        return (words(caption), Some(content));
    }
    if !bracketed {
        if MEDIA_OMITTED.contains(&plain(text).as_str()) {
            return (String::new(), Some(Content::Unsupported));
        }
        if unmarked(text) == "null" {
            // A picture that may be looked at once.
            return (String::new(), Some(Content::Unsupported));
        }
    }
    match place(text) {
        Some(place) => (String::new(), Some(Content::Location { place, coordinates: None })),
        None => (words(text), None),
    }
}

/// Without the mark that it was changed.
fn unedited(text: &str) -> &str {
    let Some(at) = text.rfind('<') else { return text };
    let (before, mark) = text.split_at(at);
    if EDITED.contains(&plain(mark).as_str()) { trimmed(before) } else { text }
}

/// The caption and the name of a file that was exported with the chat: behind it on an iPhone, in front on Android.
fn attached(text: &str) -> Option<(&str, &str)> {
    let found = ATTACHED.iter().find_map(|mark| text.rfind(mark).map(|at| (at, mark)));
    if let Some((at, mark)) = found {
        let name = text.get(at + mark.len()..)?.trim_end().strip_suffix('>').filter(|name| !name.contains('\n'))?;
        return Some((text.get(..at)?, name));
    }
    let (first, caption) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim_end();
    let name = FILE_ATTACHED.iter().find_map(|mark| first.strip_suffix(mark))?.trim_end();
    name.contains('.').then_some((caption, name))
}

/// What an iPhone left out, with what stands before it: the name of a document with its length, or a caption.
fn omitted(text: &str) -> Option<(&str, Content)> {
    let (caption, told) = match text.rfind('\u{200E}') {
        Some(at) => text.split_at(at),
        None => ("", text),
    };
    let told = plain(told);
    let (what, _) = OMITTED.iter().find(|(_, words)| words.contains(&told.as_str()))?;
    let caption = trimmed(caption);
    Some(match what {
        Omitted::Document => {
            let name = caption.split('•').next().map(words).filter(|name| !name.is_empty());
            ("", Content::Document { name })
        }
        Omitted::Card => (caption, Content::Contacts { names: Vec::new(), numbers: Vec::new() }),
        Omitted::Image => (caption, Content::Image),
        Omitted::Video => (caption, Content::Video),
        Omitted::Audio => (caption, Content::Audio),
        Omitted::Sticker => (caption, Content::Sticker),
    })
}

/// What a file is, by its name: iPhones number and name them (`00000012-PHOTO-…`), Android has an ending and a shorthand.
fn of_file(name: &str) -> Content {
    let name = unmarked(name).trim().to_owned();
    let upper = name.to_uppercase();
    let ending = upper.rsplit('.').next().unwrap_or_default().to_owned();
    let holds = |part: &str| upper.contains(part);
    if holds("-STICKER-") || upper.starts_with("STK-") || ending == "WEBP" {
        return Content::Sticker;
    }
    if upper.starts_with("PTT-") {
        return Content::Voice;
    }
    match ending.as_str() {
        "JPG" | "JPEG" | "PNG" | "HEIC" => Content::Image,
        "MP4" | "MOV" | "3GP" | "GIF" => Content::Video,
        "OPUS" | "M4A" | "MP3" | "AAC" | "OGG" | "AMR" => Content::Audio,
        "VCF" => Content::Contacts { names: Vec::new(), numbers: Vec::new() },
        _ => Content::Document { name: Some(name) },
    }
}

/// The link of a message that is nothing but a place.
fn place(text: &str) -> Option<String> {
    let plain = plain(text);
    let link = LOCATION.iter().find_map(|mark| plain.strip_prefix(mark))?;
    let is_map = ["https://maps.google.com/", "https://maps.apple.com/", "https://foursquare.com/"];
    let is_map = is_map.iter().any(|start| link.starts_with(start)) && !link.contains(is_blank) && !link.contains('\n');
    is_map.then(|| link.to_owned())
}

/// Words as they are kept: without what only says how they are laid out at the ends.
fn words(text: &str) -> String {
    trimmed(text).to_owned()
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_mark(c))
}

fn plain(text: &str) -> String {
    unmarked(text).trim().to_lowercase().replace(['׳', '\u{2019}'], "'")
}
