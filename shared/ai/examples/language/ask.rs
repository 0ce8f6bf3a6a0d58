//! One case as a conversation, put to the model as the functions do, and judged as they judge.

use crate::case::{Case, Claimed, Run, fields};
use crate::cost::{Cost, spent};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use zikaron_ai::model::ChatModel;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::evidence::{About, Extracted, Meant, Said, check};
use zikaron_memory::field::{FieldList, Kind};
use zikaron_memory::handover::wants_person;
use zikaron_memory::language::Language;
use zikaron_memory::profile::{Confidence, Profile, same_value};
use zikaron_memory::session::{Channel, SessionId};
use zikaron_memory::spoken::Spoken;
use zikaron_memory::zone::Zone;
use zikaron_memory::{render, resume, summary};
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{DigestRequest, Model, ModelError, ReplyRequest};

/// What model and code made of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// `kept`: how sure the claim is that is kept. `said`: the model made it, of the customer and as stated.
    Claim { kept: Option<Confidence>, said: bool },
    /// Whether the wish was seen, whether code saw it before the model was asked, and whether a person is called.
    Wish { by_code: bool, seen: bool, handed: bool },
}

pub(crate) struct Answer {
    /// An error where the model had none.
    pub(crate) outcome: Result<Outcome, ModelError>,
    /// What the model said, as one reads it.
    pub(crate) told: String,
    pub(crate) cost: Cost,
}

pub(crate) struct Asker<'a> {
    pub(crate) model: &'a ChatModel<Option<SecretString>>,
    pub(crate) zone: Zone,
}

/// A Saturday, 13:23 in Israel.
fn at(seconds: i64) -> Timestamp {
    const BEGUN: i64 = 1_795_864_980;
    Timestamp::from_second(BEGUN).unwrap_or_default() + SignedDuration::from_secs(seconds)
}

impl Asker<'_> {
    pub(crate) async fn ask(&self, case: &Case) -> Answer {
        let (before, mut told) = (spent(), String::new());
        let by_code = |handed| Ok(Outcome::Wish { by_code: true, seen: true, handed });
        let outcome = match &case.run {
            Run::Evidence(claimed) => self.digest(case.business(), claimed, &mut told).await,
            Run::Fresh(wish) if resume::wants_fresh(&wish.text) => by_code(false),
            Run::Handover(wish) if wants_person(&wish.text) => by_code(true),
            Run::Fresh(wish) => self.reply(case.business(), &wish.text, true, &mut told).await,
            Run::Handover(wish) => self.reply(case.business(), &wish.text, false, &mut told).await,
        };
        Answer { outcome, told, cost: spent().minus(before) }
    }

    /// As `shared/protocol/src/session/digest.rs` does.
    async fn digest(&self, language: Language, case: &Claimed, told: &mut String) -> Result<Outcome, ModelError> {
        let fields = fields(language).map_err(ModelError::Refused)?;
        let said: Vec<Said> = (0_u32..)
            .zip(case.messages())
            .map(|(position, text)| Said {
                line: position + if case.asked.is_some() { 2 } else { 1 },
                answers: case.asked.clone().filter(|_| position == 0),
                ..Said::new(text.as_str(), at(position.into()), position)
            })
            .collect();
        let asked = case.asked.iter().map(|asked| (Speaker::Assistant, asked.as_str(), at(-30)));
        let lines = asked.chain(said.iter().map(|said| (Speaker::Customer, said.text.as_str(), said.at)));
        let request = DigestRequest {
            language,
            fields: fields.clone(),
            profile: Profile::default(),
            to_confirm: Vec::new(),
            commitments: false,
            zone: self.zone.clone(),
            transcript: lines.map(|(speaker, text, at)| Utterance { speaker, text: text.to_owned(), at }).collect(),
        };
        let digest = self.model.digest(&request).await?;
        *told = digest.patch.iter().map(claim).collect::<Vec<_>>().join("; ");
        if digest.summary.and_then(|raw| summary::clean(&raw, language)).is_none() {
            return Err(ModelError::unusable("the model wrote no summary"));
        }
        let checked = check(
            &fields,
            &said,
            &SessionId::new("s"),
            &digest.patch,
            case.cap.unwrap_or(Confidence::High),
            &self.zone,
        );
        let wanted = &case.claim;
        let is_it = |field: &str, value: &str| field == wanted.field && tells(&fields, field, value, &wanted.value);
        let kept =
            checked.candidates.iter().filter(|kept| is_it(&kept.field, kept.value.as_deref().unwrap_or_default()));
        let plain = |claim: &&Extracted| {
            claim.about.is_none_or(|about| about == About::Customer)
                && claim.meant.is_none_or(|meant| meant == Meant::States)
        };
        let said = digest.patch.iter().filter(plain).any(|claim| is_it(&claim.field, &claim.value));
        Ok(Outcome::Claim { kept: kept.map(|kept| kept.confidence).max(), said })
    }

    /// As `shared/protocol/src/turn/ask.rs` does; `asked`: they answer the question how to go on.
    async fn reply(
        &self,
        language: Language,
        text: &str,
        asked: bool,
        told: &mut String,
    ) -> Result<Outcome, ModelError> {
        let said = |speaker, text: &str, at| Utterance { speaker, text: text.to_owned(), at };
        let [instructions, hello, topic] = words(language);
        let (mut system, mut conversation) = (instructions.to_owned(), Vec::new());
        if asked {
            let mut memory = LeadMemory::default();
            memory.take_summary(topic, at(-86_400), at(-86_400), Channel::Whatsapp);
            let block = fields(language)
                .ok()
                .and_then(|fields| render::block(&memory, &fields, language, &self.zone, at(0), 4_000));
            system = [system, block.unwrap_or_default()].join("\n\n");
            let question = resume::question(None, Spoken::of([text]).unwrap_or_else(|| language.into()));
            conversation.push(said(Speaker::Customer, hello, at(-60)));
            conversation.push(said(Speaker::Assistant, &question, at(-50)));
        }
        conversation.push(said(Speaker::Customer, text, at(0)));
        let now = language.now(&self.zone.at(at(5)));
        let reply = self
            .model
            .reply(&ReplyRequest {
                system,
                now,
                conversation,
                pictures: Vec::new(),
                may_start_fresh: asked,
                may_confirm: false,
                may_ask_number: false,
            })
            .await?;
        *told = format!("handover {}, fresh {}: {}", reply.handover, reply.fresh, reply.text);
        // Who is handed to a person starts nothing afresh.
        let seen = if asked { reply.fresh && !reply.handover } else { reply.handover };
        Ok(Outcome::Wish { by_code: false, seen, handed: reply.handover })
    }
}

/// The instructions of a business, how its customer begins, and what was said the day before.
fn words(language: Language) -> [&'static str; 3] {
    match language {
        Language::Hebrew => [
            "אתה נציג השירות של מספרת הדמו בתל אביב. פתוח ראשון עד חמישי 9:00-20:00, שישי 8:00-14:00. תספורת גברים 80 ש\"ח.",
            "היי",
            "הלקוח שאל על תור לתספורת לשבוע הבא",
        ],
        Language::English => [
            "You are the assistant of Demo Hair in Tel Aviv. Open Sunday to Thursday 9:00-20:00, Friday 8:00-14:00. \
             A men's haircut is 80 NIS.",
            "Hi",
            "The customer asked for a haircut next week",
        ],
    }
}

/// Whether a value says what was meant to be found: the same, or more than that; a text also if it says less, but no
/// other words. The code that checks evidence decides, which also sees where the opposite is said.
fn tells(fields: &FieldList, field: &str, value: &str, wanted: &str) -> bool {
    let inside = |words: &str, wanted: &str| {
        let said = Said::new(words, at(0), 0);
        let claim = Extracted {
            field: field.to_owned(),
            value: wanted.to_owned(),
            line: None,
            quote: words.to_owned(),
            span: None,
            // Unsaid, so that code reads it alone: it then drops what the words deny.
            about: None,
            meant: None,
            until: None,
            confidence: None,
        };
        let checked = check(fields, &[said], &SessionId::new("s"), &[claim], Confidence::High, &Zone::default());
        checked.candidates.iter().any(|candidate| candidate.confidence > Confidence::Low)
    };
    let is_text = fields.get(field).is_some_and(|spec| matches!(spec.kind(), Kind::Text | Kind::Interest));
    same_value(fields, field, value, wanted)
        || inside(value, wanted)
        || (is_text && value.len() < wanted.len() && inside(wanted, value))
}

fn claim(claim: &Extracted) -> String {
    let Extracted { field, value, about, meant, confidence, .. } = claim;
    let named = |word: serde_json::Value| word.as_str().unwrap_or("-").to_owned();
    let words = [serde_json::json!(about), serde_json::json!(meant), serde_json::json!(confidence)].map(named);
    format!("{field} = {value} ({})", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_where_it_is_said_in_other_words_and_no_other_value_is() {
        let fields = fields(Language::Hebrew).unwrap();
        for (field, value, wanted, same) in [
            ("city", "ת\"א", "תל אביב", true),
            ("city", "Haifa, Israel", "Haifa", true),
            ("city", "Acre", "Haifa", false),
            ("name", "דנה לוי", "דנה", true),
            ("name", "דנה", "דנה לוי", false),
            ("preferences", "early mornings", "mornings", true),
            ("preferences", "morning", "evening", false),
            ("guests", "four", "4", true),
            ("notes", "1500", "budget 1500", true),
            ("notes", "not vegetarian", "vegetarian", false),
        ] {
            assert_eq!(tells(&fields, field, value, wanted), same, "{field}: {value} for {wanted}");
        }
    }
}
