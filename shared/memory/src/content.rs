//! What a message holds besides the words somebody wrote, and how all of it is shown to a model: as one short text in
//! the language of the business.
//!
//! What is described here is nobody's own words: evidence (docs/rules.md#d) and the words that mean something by
//! themselves (docs/rules.md#e, #h) look at what was written, never at a description.

pub use crate::told::Told;

use crate::language::{ContentWords, Language};
use crate::text;
use crate::transcript::{NotHeard, Transcript};
use serde::{Deserialize, Serialize};

/// The longest quotation, in characters: enough to tell which message is meant.
const QUOTE_CHARS: usize = 200;
/// The longest name of a file, in characters.
const NAME_CHARS: usize = 200;
/// The longest place, answer or other detail, in characters.
const TEXT_CHARS: usize = 1_000;
/// The longest description of one thing, in characters: an order of a hundred products. What is stored may be longer.
const DESCRIBED_CHARS: usize = 3_000;

/// Something other than text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A file.
    Document {
        /// Its name, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// A sticker.
    Sticker,
    /// A recorded voice message.
    Voice,
    /// Any other sound.
    Audio,
    /// A place.
    Location {
        /// Name and address or, where there are none, the coordinates.
        place: String,
        /// Latitude and longitude in degrees, where `place` is a name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coordinates: Option<String>,
    },
    /// Cards from an address book.
    Contacts {
        /// The name on each card; empty where it has none.
        names: Vec<String>,
        /// The phone numbers on each card, in the order of `names`. None of cards from before they were kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        numbers: Vec<Vec<String>>,
    },
    /// An order from the catalogue.
    Order {
        /// How many products it lists.
        products: usize,
        /// The products. None of orders from before they were kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lines: Vec<OrderLine>,
    },
    /// A form that was filled in.
    Form {
        /// Questions, as the form names them, with their answers; one inside another as `a.b`.
        answers: Vec<(String, String)>,
    },
    /// A kind the channel does not hand on: a poll, a view-once photo.
    Unsupported,
    /// A kind nobody knew when this was written.
    Unknown,
}

/// One product of an order, as the channel writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The business's own number of the product.
    pub product: String,
    /// How many are wanted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quantity: String,
    /// What one costs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub price: String,
    /// In which currency, by ISO 4217.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub currency: String,
}

/// By what the channel hands out a picture, film, file or sound, for as long as it keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// The channel's id of it.
    pub id: String,
    /// What it is, such as `image/jpeg`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// By what the same file is known again under another id: its SHA-256 in base64, as the channel writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Where the channel hands it out in the first minutes; after that it is asked for by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What comes with the words of a message, free of any language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachments {
    /// What is sent beside or instead of words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Where `content` can be fetched, if it is media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// What was heard in it, once somebody listened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<Transcript>,
    /// What stood below the row of a list the customer chose: the business's words, not theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Passed on from another conversation: somebody else's words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// The headline of the advertisement the customer came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad: Option<String>,
    /// The number of the product it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The id of the button or the row of a list that was chosen: the business's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Of what is no message: what the channel tells of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Everything else the channel says of it, each under the channel's name for it, one inside another as `a.b`:
    /// `contacts.1.emails.1.email`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(String, String)>,
}

impl Attachments {
    /// Whether there is nothing but words.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Where the sound can be fetched, if it is one.
    #[must_use]
    pub fn sound(&self) -> Option<&Media> {
        self.media.as_ref().filter(|_| matches!(self.content, Some(Content::Voice | Content::Audio)))
    }
}

/// What a message replies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoted<'a> {
    /// These words, or a description.
    Text(&'a str),
    /// Something that is not at hand, or not to be shown.
    Earlier,
}

/// A message as it is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What somebody wrote; empty where there are no words.
    pub words: &'a str,
    /// What comes with the words.
    pub attachments: &'a Attachments,
    /// The message it replies to, if it is a reply.
    pub quotes: Option<Quoted<'a>>,
    /// The emoji somebody answered it with.
    pub reaction: Option<&'a str>,
    /// It was taken back by its sender: nothing of it is shown.
    pub revoked: bool,
}

impl Shown<'_> {
    /// The text for the model.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let words = &language.words().content;
        if self.revoked {
            return bracket(words.revoked, None);
        }
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.reaction.map(|emoji| bracket(words.reaction, Some(&named(emoji)))));
        parts.extend(self.attachments.ad.as_deref().map(|ad| bracket(words.ad, Some(&named(ad)))));
        parts.extend(self.attachments.product.as_deref().map(|id| bracket(words.product, Some(&named(id)))));
        parts.extend(self.quotes.map(|quoted| match quoted {
            Quoted::Text(text) => bracket(words.reply_to, Some(&format!("\"{}\"", cut(text, QUOTE_CHARS)))),
            Quoted::Earlier => bracket(words.reply, None),
        }));
        parts.extend(self.attachments.told.map(|told| bracket(words.told(told), None)));
        parts.extend(self.attachments.forwarded.then(|| bracket(words.forwarded, None)));
        let heard = self.attachments.transcript.as_ref();
        parts.extend(self.attachments.content.as_ref().map(|content| match heard {
            Some(heard) => listened(content, heard, words),
            None => described(content, words),
        }));
        parts.extend(heard.and_then(Transcript::text).map(|text| text.trim().to_owned()));
        let own = self.words.trim();
        if !own.is_empty() {
            parts.push(own.to_owned());
        }
        parts.extend(self.attachments.description.as_deref().map(|of| bracket(words.row, Some(&named(of)))));
        let details = listed(told_details(self.attachments), "; ");
        parts.extend((!details.is_empty()).then(|| bracket(words.details, Some(&details))));
        if parts.is_empty() { bracket(words.nothing, None) } else { parts.join(" ") }
    }
}

/// A message of ours of which nobody knows whether it reached the customer.
#[must_use]
pub fn unconfirmed(text: &str, language: Language) -> String {
    format!("{} {text}", bracket(language.words().content.unconfirmed, None))
}

/// The details a reader gains from; the rest are ids and the channel's own words. Of a kind nobody knows, all but ids.
fn told_details(all: &Attachments) -> impl Iterator<Item = String> {
    let is_unknown = all.content == Some(Content::Unknown);
    let ends =
        |name: &str| ["url", "source_url", "body", "text"].iter().any(|end| name.rsplit('.').next() == Some(*end));
    let of_card = |name: &str| {
        ["emails", "org", "addresses", "urls", "birthday"]
            .iter()
            .any(|part| name.strip_prefix("contacts.").and_then(|rest| rest.split('.').nth(1)) == Some(*part))
    };
    let is_kind = |name: &str| name.ends_with(".type");
    let is_shown = move |name: &str| {
        let of_place = name.starts_with("location.") || name.starts_with("referral.");
        is_unknown && !name.ends_with(".id")
            || matches!(name, "…" | "unsupported.type")
            || ((of_card(name) || (of_place && ends(name))) && !is_kind(name))
    };
    let shown = all.details.iter().filter(move |(name, _)| is_shown(name));
    shown.map(|(name, value)| if name == "…" { name.clone() } else { format!("{}: {}", named(name), named(value)) })
}

fn described(content: &Content, words: &ContentWords) -> String {
    match content {
        Content::Image => bracket(words.image, None),
        Content::Video => bracket(words.video, None),
        Content::Document { name } => {
            bracket(words.document, name.as_deref().map(|name| cut(name, NAME_CHARS)).as_deref())
        }
        Content::Sticker => bracket(words.sticker, None),
        Content::Voice => bracket(words.voice, None),
        Content::Audio => bracket(words.audio, None),
        Content::Location { place, .. } => bracket(words.location, Some(&named(place))),
        Content::Contacts { names, numbers } => {
            let numbers = |card: usize| numbers.get(card).into_iter().flatten().map(|number| named(number));
            let card = |(card, name): (usize, &String)| {
                let parts: Vec<String> = std::iter::once(named(name)).chain(numbers(card)).collect();
                parts.join(" ").trim().to_owned()
            };
            bracket(words.contacts, Some(&listed(names.iter().enumerate().map(card), ", ")))
        }
        Content::Order { products, lines } => {
            let rest = (!lines.is_empty() && lines.len() < *products).then(|| "…".to_owned());
            let lines = listed(lines.iter().map(ordered).chain(rest), "; ");
            let lines = if lines.is_empty() { lines } else { format!(" ({lines})") };
            bracket(words.order, Some(&format!("{products}{lines}")))
        }
        Content::Form { answers } => {
            let answers = answers.iter().map(|(asked, answer)| match asked.as_str() {
                "…" => asked.clone(),
                asked => format!("{}: {}", named(asked), named(answer)),
            });
            bracket(words.form, Some(&listed(answers, "; ")))
        }
        Content::Unsupported => bracket(words.unsupported, None),
        Content::Unknown => bracket(words.unknown, None),
    }
}

/// A sound somebody listened to: that what follows was heard by a machine, or why nothing was.
fn listened(content: &Content, heard: &Transcript, words: &ContentWords) -> String {
    let what = if *content == Content::Voice { words.voice } else { words.audio };
    let more = match heard {
        Transcript::Heard { .. } => words.heard,
        Transcript::Failed { why: NotHeard::Gone } => words.gone,
        Transcript::Failed { why: NotHeard::TooLong } => words.too_long,
        Transcript::Failed { why: NotHeard::OverLimit } => words.over_limit,
        Transcript::Failed { why: NotHeard::NotUnderstood } => words.not_understood,
        Transcript::Failed { why: NotHeard::Unavailable } => words.not_heard,
    };
    bracket(what, Some(more))
}

/// `2 × SHAMPOO-1, 40 ILS`.
fn ordered(line: &OrderLine) -> String {
    let count = if line.quantity.is_empty() { String::new() } else { format!("{} × ", named(&line.quantity)) };
    let price = format!("{} {}", named(&line.price), named(&line.currency));
    let price = if line.price.is_empty() { String::new() } else { format!(", {}", price.trim()) };
    let product = if line.product.is_empty() { "?".to_owned() } else { named(&line.product) };
    format!("{count}{product}{price}")
}

fn bracket(what: &str, more: Option<&str>) -> String {
    match more.filter(|more| !more.is_empty()) {
        Some(more) => format!("[{what}: {more}]"),
        None => format!("[{what}]"),
    }
}

fn listed(items: impl Iterator<Item = String>, separator: &str) -> String {
    let items: Vec<String> = items.filter(|item| !item.is_empty()).collect();
    text::cut_visibly(&items.join(separator), DESCRIBED_CHARS)
}

fn named(raw: &str) -> String {
    cut(raw, TEXT_CHARS)
}

/// One line that cannot close the bracket it stands in.
fn cut(raw: &str, most: usize) -> String {
    let line = text::clean_line(raw).replace('[', "(").replace(']', ")");
    text::cut_visibly(&line, most)
}
