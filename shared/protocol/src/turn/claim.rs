//! Claim: from here on the answer is the one answer to these messages. What is claimed is written before anything is
//! sent, with what it answers, and only if no newer message came, the lease is ours and the AI still answers.

use super::ask::Answer;
use super::read::Read;
use super::write::{Wrote, back_off, reload, write};
use super::{Turn, TurnError, lease};
use crate::ids::MessageId;
use crate::message::{Message, MessageKey, SendState, Sending};
use crate::ports::{Body, Button, Clock, Ids, Ports, Speaker};
use crate::state::{Asked, InFlight, Leftover, Mode, Resume, State, Unsettled};
use crate::store::Item;
use crate::teeth::{Bug, has};
use jiff::Timestamp;
use zikaron_memory::resume;
use zikaron_memory::session::Channel;
use zikaron_memory::settings::{ResumePrompt, Settings};

/// The longest text the channel takes, in characters.
const TEXT_MOST: usize = 4096;
/// The longest text beside reply buttons, in characters.
const BUTTONS_MOST: usize = 1024;

/// How a claim ended.
pub(super) enum Claimed {
    /// These are to be sent, in this order.
    Yes(Vec<Message>),
    /// Newer messages came: read again.
    Superseded,
    /// A person took over, or some of the messages came to their end otherwise: look again.
    NothingWaits,
    /// The lease is not ours any more.
    Lost,
}

pub(super) async fn claim<P: Ports>(
    p: &P,
    turn: &mut Turn,
    read: &Read,
    answer: Answer,
    may_start_over: bool,
) -> Result<Claimed, TurnError> {
    let asks = answer.question.is_some();
    let bodies = bodies(answer, &turn.settings);
    turn.state = read.state.clone();
    for attempt in 0..p.config().attempts {
        let now = p.clock().now();
        if nothing_waits(&turn.state, read) {
            return Ok(Claimed::NothingWaits);
        }
        if turn.state.leftover(now, p.config()) == Some(Leftover::InFlight) {
            return Err(TurnError::EarlierInFlight);
        }
        let mut next = turn.state.next();
        lease::renew(p, &mut next, now);
        // Reading again takes as long as the first time, and so does the lease from here.
        let starts_over = may_start_over && turn.state.pending > read.state.pending && !has(Bug::ClaimTakesEverything);
        let messages = if starts_over { Vec::new() } else { outgoing(p, &mut next, read, &bodies, asks, now)? };
        let items = messages.iter().cloned().map(Item::Message).collect();
        let first = messages.first().map(|message| message.key.clone());
        let landed = |state: &State| match &first {
            Some(key) => state.unsettled.iter().any(|entry| entry.key == *key),
            None => false,
        };
        if let Wrote::Yes = write(p, turn, items, next, landed).await? {
            return Ok(if starts_over { Claimed::Superseded } else { Claimed::Yes(messages) });
        }
        back_off(p, attempt).await;
        if !reload(p, turn).await? {
            return Ok(Claimed::Lost);
        }
    }
    Err(TurnError::Contended)
}

/// A person answers, or some of what was read came to its end otherwise.
fn nothing_waits(state: &State, read: &Read) -> bool {
    let mut waiting = read.waiting.iter();
    let ended = if has(Bug::HandBackUnseen) {
        !waiting.any(|&number| state.awaits(number))
    } else {
        !waiting.all(|&number| state.awaits(number))
    };
    (state.mode == Mode::Human || ended) && !has(Bug::HumanModeIgnored)
}

/// The outgoing messages, and what claiming them makes of the state.
fn outgoing<P: Ports>(
    p: &P,
    state: &mut State,
    read: &Read,
    bodies: &[Body],
    asks: bool,
    now: Timestamp,
) -> Result<Vec<Message>, TurnError> {
    let answered = read.waiting.iter().filter(|&&number| number > state.answered).count();
    state.pending = state.pending.saturating_sub(u32::try_from(answered).unwrap_or(u32::MAX));
    let mut last = read.waiting.last().copied().unwrap_or_default();
    if has(Bug::ClaimTakesEverything) {
        (state.pending, last) = (0, state.arrivals);
    }
    state.answered = state.answered.max(last);
    // What came meanwhile may have been sent earlier than what was read: the old bound holds for all.
    let left_alone = state.pending as usize == read.rest;
    let since = if left_alone { read.rest_since } else { state.pending_since };
    state.pending_since = since.filter(|_| state.pending > 0);
    // The oldest are read first, and no more than one turn takes.
    state.reopened.retain_mut(|stretch| {
        stretch.after = stretch.after.max(last);
        stretch.after < stretch.through
    });
    // They stand behind a part nobody knows the end of: after this answer they would come out of order.
    for entry in state.unsettled.iter_mut().filter(|entry| entry.stage == InFlight::Waiting && !has(Bug::PartsOvertake))
    {
        entry.stage = InFlight::Dropped;
    }
    state.heard(now, Channel::Whatsapp);
    let answer = state.arrivals + 1;
    let mut messages = Vec::with_capacity(bodies.len());
    for body in bodies {
        state.arrivals += 1;
        let id = MessageId::parse(p.ids().ulid()).map_err(|_| TurnError::Contended)?;
        let key = MessageKey { sent_at: now, id };
        let waits = state.arrivals > answer;
        let stage = if waits { InFlight::Waiting } else { InFlight::Sending };
        state.unsettled.push(Unsettled { key: key.clone(), answer, since: now, stage });
        messages.push(Message {
            key,
            version: 1,
            arrival: state.arrivals,
            speaker: Speaker::Assistant,
            kind: if matches!(body, Body::Text(_)) { "text" } else { "interactive" }.to_owned(),
            text: body.text().to_owned(),
            session: state.session.as_ref().map(|open| open.id.clone()),
            remembered: read.memory.is_some(),
            end: None,
            sending: Some(Sending {
                body: body.clone(),
                state: if waits { SendState::Waiting } else { SendState::Sending },
                answers: read.waiting.clone(),
                answer,
                refusals: 0,
                channel_id: None,
                code: None,
            }),
        });
    }
    let last = messages.last().map(|message| message.key.id.clone());
    if let Some(open) = &mut state.session {
        open.last_at = open.last_at.max(now);
        if read.memory.is_some() && open.resume == Resume::Due {
            open.resume = if asks { Resume::Asked } else { Resume::No };
        }
    }
    if let (true, Some(id)) = (asks, last) {
        state.asked = Some(Asked { at: now, id, channel_id: None, open: true });
    }
    Ok(messages)
}

/// The answer as messages: cut where the channel's limit demands it, the question at the end.
fn bodies(answer: Answer, settings: &Settings) -> Vec<Body> {
    let Answer { text, question } = answer;
    let Some(question) = question else { return texts(&text) };
    let together = if text.trim().is_empty() { question.clone() } else { format!("{text}\n\n{question}") };
    if settings.resume_prompt == ResumePrompt::Text {
        return texts(&together);
    }
    let (go_on, fresh) = resume::button_titles(settings.language);
    let buttons = vec![
        Button { id: resume::CONTINUE_BUTTON.to_owned(), title: go_on.to_owned() },
        Button { id: resume::FRESH_BUTTON.to_owned(), title: fresh.to_owned() },
    ];
    if together.chars().count() <= BUTTONS_MOST {
        return vec![Body::Buttons { text: together, buttons }];
    }
    let mut bodies = texts(&text);
    bodies.push(Body::Buttons { text: question, buttons });
    bodies
}

fn texts(text: &str) -> Vec<Body> {
    split(text, TEXT_MOST).into_iter().map(|part| Body::Text(part.to_owned())).collect()
}

/// Cuts a text into parts of at most `most` characters: after a sentence, else between words, else anywhere.
fn split(text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while let Some((limit, _)) = rest.char_indices().nth(most) {
        let page = &rest[..limit];
        let sentence = page.rfind(['\n', '.', '!', '?', '…']).filter(|&at| at > limit / 2);
        let cut = sentence
            .and_then(|at| page[at..].chars().next().map(|end| at + end.len_utf8()))
            .or_else(|| page.rfind(char::is_whitespace).filter(|&at| at > 0))
            .unwrap_or(limit);
        parts.push(rest[..cut].trim_end());
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(rest);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_answer_is_cut_after_a_sentence_and_loses_no_word() {
        let text = "שלום לכם. ".repeat(1_000);
        let parts = split(&text, 4096);
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| part.chars().count() <= 4096 && part.ends_with('.')));
        assert_eq!(parts.join(" "), text.trim());
        assert_eq!(split("א".repeat(5_000).as_str(), 4096).concat(), "א".repeat(5_000));
        assert_eq!(split("", 10), [""]);
    }

    #[test]
    fn the_question_follows_the_answer_in_one_message_where_it_fits() {
        let asks = |text: &str, prompt| {
            let settings = Settings { resume_prompt: prompt, ..Settings::default() };
            bodies(Answer { text: text.to_owned(), question: Some("להמשיך?".to_owned()) }, &settings)
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
}
