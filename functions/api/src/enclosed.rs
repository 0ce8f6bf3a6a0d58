//! What came beside or instead of the words of a message, as data.

use serde::Serialize;
use utoipa::ToSchema;
use zikaron_memory::content::{self, Attachments, Content, Told};
use zikaron_memory::transcript::{self, NotHeard};

/// What came beside or instead of the words of a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Enclosed {
    /// What was sent beside or instead of words.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<EnclosedContent>,
    /// By what the channel hands a picture, film, file or sound out, for as long as it keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<Media>,
    /// What became of listening to a voice note; none where nobody listened (yet).
    #[serde(skip_serializing_if = "Option::is_none")]
    transcript: Option<Transcript>,
    /// What stands below the row of a list the customer chose: the words of the business.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The headline of the advertisement the customer came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    ad: Option<String>,
    /// The number of the product it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<String>,
    /// The id of the button or the row of a list that was chosen: the business's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    choice: Option<String>,
    /// Of what is no message: what the channel tells of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<Told>,
    /// Everything else the channel says of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail>,
}

impl Enclosed {
    /// None where there is nothing but words.
    pub(crate) fn of(all: Attachments) -> Option<Self> {
        let is_words = Attachments { forwarded: false, ..all.clone() }.is_nothing();
        let Attachments { content, media, transcript, description, forwarded: _, ad, product, choice, told, details } =
            all;
        let content = content.map(EnclosedContent::from);
        let media = media.map(|media| Media { id: media.id, mime_type: media.mime_type });
        let transcript = transcript.map(Transcript::from);
        let details = details.into_iter().map(|(name, value)| Detail { name, value }).collect();
        (!is_words).then_some(Self { content, media, transcript, description, ad, product, choice, told, details })
    }
}

/// Something the channel says of a message.
#[derive(Debug, Serialize, ToSchema)]
struct Detail {
    /// The channel's name for it, one inside another as `a.b`: `contacts.1.emails.1.email`; `…` where more was too long
    /// to be kept.
    name: String,
    /// What stands there.
    value: String,
}

/// A picture, film, file or sound at the channel.
#[derive(Debug, Serialize, ToSchema)]
struct Media {
    /// The channel's id of it.
    id: String,
    /// What it is, such as `image/jpeg`.
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<String>,
}

/// What a machine heard in a sound.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Transcript {
    /// The words.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// How long the sound is, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u32>,
    /// Why there are no words.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<NotHeard>,
}

impl From<transcript::Transcript> for Transcript {
    fn from(transcript: transcript::Transcript) -> Self {
        match transcript {
            transcript::Transcript::Heard { text, seconds } => {
                Self { text: Some(text), seconds: Some(seconds), failed: None }
            }
            transcript::Transcript::Failed { why } => Self { failed: Some(why), ..Self::default() },
        }
    }
}

/// Something other than text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum EnclosedContent {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A file.
    Document {
        /// Its name, where it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
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
        #[serde(skip_serializing_if = "Option::is_none")]
        coordinates: Option<String>,
    },
    /// Cards from an address book.
    Contacts {
        /// The cards.
        cards: Vec<ContactCard>,
    },
    /// An order from the catalogue.
    Order {
        /// How many products it lists.
        products: usize,
        /// The products; empty where only their number is known.
        lines: Vec<OrderLine>,
    },
    /// A form that was filled in.
    Form {
        /// What was asked and answered.
        answers: Vec<FormAnswer>,
    },
    /// A kind the channel does not hand on: a poll, a view-once photo.
    Unsupported,
    /// A kind that is not known here.
    Unknown,
}

/// A card from an address book.
#[derive(Debug, Serialize, ToSchema)]
struct ContactCard {
    /// The name on it; empty where it has none.
    name: String,
    /// The phone numbers on it, as they are written there.
    numbers: Vec<String>,
}

/// One product of an order, as the channel writes it.
#[derive(Debug, Serialize, ToSchema)]
struct OrderLine {
    /// The business's own number of the product.
    product: String,
    /// How many are wanted; empty where it is not said.
    quantity: String,
    /// What one costs; empty where it is not said.
    price: String,
    /// In which currency, by ISO 4217; empty where it is not said.
    currency: String,
}

/// An answer in a form.
#[derive(Debug, Serialize, ToSchema)]
struct FormAnswer {
    /// The question as the form names it; one inside another as `a.b`.
    question: String,
    /// The answer.
    answer: String,
}

impl From<Content> for EnclosedContent {
    fn from(content: Content) -> Self {
        match content {
            Content::Image => Self::Image,
            Content::Video => Self::Video,
            Content::Document { name } => Self::Document { name },
            Content::Sticker => Self::Sticker,
            Content::Voice => Self::Voice,
            Content::Audio => Self::Audio,
            Content::Location { place, coordinates } => Self::Location { place, coordinates },
            Content::Contacts { names, numbers } => {
                let numbers = numbers.into_iter().chain(std::iter::repeat_with(Vec::new));
                let card = |(name, numbers)| ContactCard { name, numbers };
                Self::Contacts { cards: names.into_iter().zip(numbers).map(card).collect() }
            }
            Content::Order { products, lines } => {
                Self::Order { products, lines: lines.into_iter().map(OrderLine::from).collect() }
            }
            Content::Form { answers } => {
                let answer = |(question, answer)| FormAnswer { question, answer };
                Self::Form { answers: answers.into_iter().map(answer).collect() }
            }
            Content::Unsupported => Self::Unsupported,
            Content::Unknown => Self::Unknown,
        }
    }
}

impl From<content::OrderLine> for OrderLine {
    fn from(line: content::OrderLine) -> Self {
        let content::OrderLine { product, quantity, price, currency } = line;
        Self { product, quantity, price, currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn shown(all: Attachments) -> Value {
        json!(Enclosed::of(all))
    }

    #[test]
    fn every_kind_of_content_is_shown_as_what_it_is() {
        let owned = |text: &str| Some(text.to_owned());
        let shampoo = content::OrderLine {
            product: "SHAMPOO-1".to_owned(),
            quantity: "2".to_owned(),
            price: "40".to_owned(),
            currency: "ILS".to_owned(),
        };
        let names = vec!["רותי".to_owned(), "אבי".to_owned()];
        let numbers = vec![vec!["+972555000002".to_owned()]];
        let cards =
            json!([{"name": "רותי", "numbers": ["+972555000002"]}, {"name": "אבי", "numbers": Vec::<Value>::new()}]);
        let line = json!({"product": "SHAMPOO-1", "quantity": "2", "price": "40", "currency": "ILS"});
        let form = Content::Form { answers: vec![("city".to_owned(), "חיפה".to_owned())] };
        let place = Content::Location { place: "בית".to_owned(), coordinates: owned("32.0775, 34.774") };
        let table = [
            (place, json!({"type": "location", "place": "בית", "coordinates": "32.0775, 34.774"})),
            (Content::Contacts { names, numbers }, json!({"type": "contacts", "cards": cards})),
            (
                Content::Order { products: 1, lines: vec![shampoo] },
                json!({"type": "order", "products": 1, "lines": [line]}),
            ),
            (form, json!({"type": "form", "answers": [{"question": "city", "answer": "חיפה"}]})),
            (Content::Document { name: owned("מחירון.pdf") }, json!({"type": "document", "name": "מחירון.pdf"})),
            (Content::Document { name: None }, json!({"type": "document"})),
            (Content::Voice, json!({"type": "voice"})),
            (Content::Unsupported, json!({"type": "unsupported"})),
        ];
        for (content, data) in table {
            let shown = shown(Attachments { content: Some(content), ..Attachments::default() });
            assert_eq!(shown, json!({"content": data}));
        }
    }

    #[test]
    fn what_comes_beside_words_is_shown_and_words_alone_have_nothing_beside_them() {
        let media = Some(content::Media {
            id: "9001".to_owned(),
            mime_type: Some("image/jpeg".to_owned()),
            sha256: None,
            url: None,
        });
        let picture = Attachments { content: Some(Content::Image), media, ..Attachments::default() };
        let expected = json!({"content": {"type": "image"}, "media": {"id": "9001", "mime_type": "image/jpeg"}});
        assert_eq!(shown(picture), expected);
        let heard = |transcript| {
            let all =
                Attachments { content: Some(Content::Voice), transcript: Some(transcript), ..Attachments::default() };
            shown(all)["transcript"].clone()
        };
        let words = transcript::Transcript::heard("מתי אתם פתוחים?", 4);
        assert_eq!(heard(words), json!({"text": "מתי אתם פתוחים?", "seconds": 4}));
        assert_eq!(heard(transcript::Transcript::Failed { why: NotHeard::TooLong }), json!({"failed": "too_long"}));
        let (description, ad, product) = (Some("שעה".to_owned()), Some("מבצע".to_owned()), Some("P-1".to_owned()));
        let clicked = Attachments { description, ad, product, forwarded: true, ..Attachments::default() };
        assert_eq!(shown(clicked), json!({"description": "שעה", "ad": "מבצע", "product": "P-1"}));
        let forwarded = Attachments { forwarded: true, ..Attachments::default() };
        assert_eq!(shown(forwarded), Value::Null, "said beside it");
    }
}
