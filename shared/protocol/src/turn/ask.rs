//! Ask: the model answers what it is shown; whether a returning customer is asked how to go on is decided here and not
//! by the model (docs/rules.md#e2).

use super::budget;
use super::context::{Turn, TurnError};
use super::read::Read;
use crate::model::conversation::{Speaker, Utterance};
use crate::model::message::{Message, MessageKey};
use crate::model::session::Resume;
use crate::model::usage::Usage;
use crate::ports::bundle::Ports;
use crate::ports::clock::Clock;
use crate::ports::media::MediaFile;
use crate::ports::model::{Model, ModelError, Picture, ReplyRequest};
use crate::presentation;
use jiff::Timestamp;
use tracing::{info, warn};
use zikaron_memory::age::Freshness;
use zikaron_memory::field::FieldList;
use zikaron_memory::handover::{self, Cause};
use zikaron_memory::language::Language;
use zikaron_memory::profile::Confidence;
use zikaron_memory::settings::{AskNumber, Settings};
use zikaron_memory::spoken::Spoken;
use zikaron_memory::{confirm, content, render, resume};

/// What the customer gets, before it is cut into messages.
#[derive(Debug)]
pub(super) struct Answer {
    /// The model's answer, or the AI's last sentence.
    pub(super) text: String,
    /// The question that follows it, once per return.
    pub(super) question: Option<String>,
    /// Why a person answers from then on, where this is the AI's last answer.
    pub(super) handover: Option<Cause>,
    /// In what language the product speaks to the customer.
    pub(super) spoken: Spoken,
    /// Whether it begins with the sentence that an AI answers.
    pub(super) discloses: bool,
    /// Whether the request for the customer's number follows it.
    pub(super) asks_number: bool,
    /// The message in which the customer chose to start afresh, as the model understood them.
    pub(super) fresh: Option<u64>,
    /// Whether it asks the customer to confirm an old value.
    pub(super) confirms: bool,
    /// What the model used for it.
    pub(super) usage: Usage,
}

impl Answer {
    /// The AI's last sentence before a person answers (docs/rules.md#h2), with the request for their number where
    /// the business wants it (docs/rules.md#h10).
    fn farewell(cause: Cause, spoken: Spoken, turn: &Turn, read: &Read) -> Self {
        let asks_number = turn.settings.ask_number == AskNumber::Handover && read.state.may_ask_number();
        Self {
            text: handover::farewell(spoken).to_owned(),
            question: None,
            handover: Some(cause),
            spoken,
            discloses: false,
            asks_number,
            fresh: None,
            confirms: false,
            usage: Usage::default(),
        }
    }
}

/// `pictures`: of which messages the model is shown them.
pub(super) async fn ask<P: Ports>(
    p: &P,
    turn: &Turn,
    read: &Read,
    pictures: Vec<(MessageKey, MediaFile)>,
) -> Result<Answer, TurnError> {
    let settings = &turn.settings;
    let spoken = spoken(read, settings.language);
    let waiting = read.shown.iter().filter(|m| m.needs_answer() && read.waiting.contains(&m.arrival));
    if waiting.filter_map(Message::own_words).any(handover::wants_person) {
        return Ok(Answer::farewell(Cause::CustomerAsked, spoken, turn, read));
    }
    if budget::is_spent(p, turn).await? {
        return Ok(Answer::farewell(Cause::Budget, spoken, turn, read));
    }
    let (fields, now) = (settings.fields(), p.clock().now());
    let name = name(read, &fields, now);
    let question = question(read, name, spoken);
    let answered = answers_question(read);
    // Not beside another question of ours, nor right behind it.
    let is_due = question.is_none() && answered.is_none();
    let old = if is_due { old_values(read, &fields, now) } else { Vec::new() };
    // Not beside the question how to go on: each goes with buttons of its own, and a message has one set of them.
    let may_ask_number = settings.ask_number == AskNumber::Booking && question.is_none() && read.state.may_ask_number();
    let request = ReplyRequest {
        may_start_fresh: answered.is_some(),
        may_confirm: !old.is_empty(),
        may_ask_number,
        system: system(turn, question.as_deref(), block(p, turn, read, &fields, now)),
        now: settings.language.now(&settings.zone().at(now)),
        conversation: read.shown.iter().map(|message| utterance(message, read, settings.language)).collect(),
        pictures: shown(read, pictures),
    };
    let reply = match p.model().reply(&request).await {
        Ok(reply) => reply,
        // It is there and has nothing to say to this: asked again it would hardly have, and the customer would wait.
        Err(ModelError::Unusable(none)) => {
            let why = none.why;
            warn!(lead = %turn.key.lead, why, metric.model_unusable = 1, "the model has no answer: a person is asked for");
            return Ok(Answer { usage: none.usage, ..Answer::farewell(Cause::AiAsked, spoken, turn, read) });
        }
        Err(error) => return Err(error.into()),
    };
    let usage = reply.usage;
    let asks_number = may_ask_number && reply.books;
    if reply.handover {
        let farewell = Answer::farewell(Cause::AiAsked, spoken, turn, read);
        // Also of who books what a person has to agree to.
        return Ok(Answer { usage, asks_number: asks_number || farewell.asks_number, ..farewell });
    }
    let fresh = answered.filter(|_| reply.fresh);
    if fresh.is_some() {
        info!(lead = %turn.key.lead, "[CUSTOMER-MEMORY] the model understood: start fresh");
    }
    // One that does not say that it asks may ask all the same.
    let asks = || old.iter().any(|value| confirm::asks_for(&reply.text, value));
    let confirms = !old.is_empty() && (reply.confirms || asks());
    if confirms {
        info!(lead = %turn.key.lead, "[CUSTOMER-MEMORY] asked: is an old value still so");
    }
    let text = reply.text;
    let text = if read.memory.is_some() { once(text, question.is_some(), name, settings.language) } else { text };
    if question.is_some() {
        info!(lead = %turn.key.lead, "[CUSTOMER-MEMORY] asked: continue or start fresh");
    }
    let (text, discloses) = disclosed(text, read, settings, spoken);
    Ok(Answer { text, question, handover: None, spoken, discloses, asks_number, fresh, confirms, usage })
}

/// The pictures by the places of their messages; of none that is not answered now, or was taken back.
fn shown(read: &Read, pictures: Vec<(MessageKey, MediaFile)>) -> Vec<Picture> {
    let is_answered = |m: &Message| m.needs_answer() && read.waiting.contains(&m.arrival);
    let place = |key: &MessageKey| read.shown.iter().position(|m| m.key == *key && is_answered(m));
    let placed = pictures.into_iter().filter_map(|(key, file)| Some(Picture { utterance: place(&key)?, file }));
    let mut placed: Vec<Picture> = placed.collect();
    placed.sort_by_key(|picture| picture.utterance);
    placed
}

/// The message that answers the question to a returning customer, where code alone could not tell what they chose.
fn answers_question(read: &Read) -> Option<u64> {
    let answered = read.state.asked.as_ref()?.answered_by?;
    let open = read.state.session.as_ref().filter(|open| open.fresh_from.is_none());
    (open.is_some() && read.memory.is_some() && read.waiting.contains(&answered)).then_some(answered)
}

/// The language the customer writes, as far as the product speaks it: now, before, or else that of the business.
fn spoken(read: &Read, business: Language) -> Spoken {
    let theirs = || read.shown.iter().filter(|message| message.speaker == Speaker::Customer);
    let now = Spoken::of(theirs().filter(|m| read.waiting.contains(&m.arrival)).filter_map(Message::own_words));
    now.or_else(|| Spoken::of(theirs().filter_map(Message::own_words))).unwrap_or_else(|| business.into())
}

/// The AI's first answer to a customer says that an AI answers: from August 2026 on
/// [the law of the EU](https://eur-lex.europa.eu/eli/reg/2024/1689/oj) (Article 50) wants it said at the latest then.
fn disclosed(text: String, read: &Read, settings: &Settings, spoken: Spoken) -> (String, bool) {
    if !settings.disclose_ai || read.state.ai_disclosed {
        return (text, false);
    }
    (settings.disclosed(&text, spoken), true)
}

/// The answer without the question in the model's own words: the code asks when it is due, and nobody asks again. Left
/// alone where nothing else was said and nothing follows.
fn once(text: String, is_due: bool, name: Option<&str>, language: Language) -> String {
    let stripped = resume::strip_question(&text, name, language);
    if stripped.is_empty() && !is_due { text } else { stripped }
}

/// The values that the memory block marks as old, where the model may ask whether one is still so: none was asked for in
/// this session.
fn old_values<'a>(read: &'a Read, fields: &FieldList, now: Timestamp) -> Vec<&'a str> {
    let is_new = read.state.session.as_ref().is_some_and(|open| !open.confirm_asked);
    let Some(memory) = read.memory.as_ref().filter(|_| is_new) else { return Vec::new() };
    let profile = &memory.document.customer_profile_json;
    profile.to_confirm(fields, now).into_iter().filter_map(|name| profile.get(name)?.value()).collect()
}

/// The name they are greeted by: a guess is none, nor is one that may have changed, or that they said is not theirs.
fn name<'a>(read: &'a Read, fields: &FieldList, now: Timestamp) -> Option<&'a str> {
    let name = read.memory.as_ref()?.document.customer_profile_json.get("name")?;
    let age = fields.get("name").and_then(|spec| name.age(spec, now));
    let is_fresh = age.is_none_or(|age| age.freshness == Freshness::Fresh);
    let is_taken_back = name.suggestions().iter().any(|suggestion| suggestion.value.is_none());
    name.value().filter(|_| name.confidence() > Confidence::Low && is_fresh && !is_taken_back)
}

fn question(read: &Read, name: Option<&str>, spoken: Spoken) -> Option<String> {
    let open = read.state.session.as_ref()?;
    let has_memory = read.memory.as_ref().is_some_and(|memory| !memory.document.is_empty());
    (open.resume == Resume::Due && has_memory).then(|| resume::question(name, spoken))
}

/// The system prompt: the business's own instructions, the memory, the instruction that goes with the question
/// (docs/rules.md#f1).
fn system(turn: &Turn, question: Option<&str>, block: Option<String>) -> String {
    let settings = &turn.settings;
    let instruction = question.map(|question| resume::instruction(question, settings.language));
    let parts = [Some(settings.instructions.clone()).filter(|own| !own.trim().is_empty()), block, instruction];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn block<P: Ports>(p: &P, turn: &Turn, read: &Read, fields: &FieldList, now: Timestamp) -> Option<String> {
    let (settings, memory) = (&turn.settings, read.memory.as_ref()?);
    let fresh = read.state.session.as_ref().is_some_and(|open| open.fresh_from.is_some());
    let hidden;
    let document = if fresh {
        hidden = memory.document.fresh();
        &hidden
    } else {
        &memory.document
    };
    let block = render::block(document, fields, settings.language, &settings.zone(), now, p.config().block_chars);
    info!(
        lead = %turn.key.lead,
        chars = block.as_ref().map_or(0, |block| block.chars().count()),
        fresh,
        "[CUSTOMER-MEMORY] rendered"
    );
    block
}

fn utterance(message: &Message, read: &Read, language: Language) -> Utterance {
    let Utterance { speaker, text, at } = presentation::utterance(message, language, &read.quoted);
    let unconfirmed = speaker != Speaker::Customer && message.is_unconfirmed();
    let text = if unconfirmed { content::unconfirmed(&text, language) } else { text };
    Utterance { speaker, text, at }
}
