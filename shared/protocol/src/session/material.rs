//! What a digest is made from: the messages of a session, or a call.

use crate::model::call::{Call, Spoken, Voice};
use crate::model::conversation::{Speaker, Utterance};
use crate::model::figures::Tally;
use crate::model::figures::conversation::{conversation, tokens};
use crate::model::ids::LeadKey;
use crate::model::message::Message;
use crate::model::session::{Closed, Job, Session};
use crate::ports::bundle::Ports;
use crate::ports::error::Unavailable;
use crate::ports::store::{Reading, Store};
use crate::presentation;
use zikaron_memory::evidence::Said;
use zikaron_memory::language::Language;
use zikaron_memory::profile::Profile;

/// How many messages of one session are read, the newest.
const MAX_MESSAGES: usize = 2_000;

/// What a digest is made from.
pub(super) enum Material {
    /// The messages of a session, oldest first.
    Messages {
        /// What was said and may be remembered.
        said: Vec<Message>,
        /// Whatever else belongs to it.
        others: Vec<Message>,
    },
    /// A phone call.
    Call(Box<Call>),
}

impl Material {
    /// Reads it. None for a call that is not there any more.
    pub(super) async fn read<P: Ports>(
        p: &P,
        key: &LeadKey,
        session: &Session,
        closed: &Closed,
    ) -> Result<Option<Self>, Unavailable> {
        if let Job::Call(call) = &session.job {
            return Ok(p.store().call(key, call).await?.map(|call| Self::Call(Box::new(call))));
        }
        let (from, to) = (Some(closed.first_sent_at), Some(closed.last_at));
        // Nobody waits for a digest: it is made when all of the session can be read.
        let messages = p.store().read_messages(key, from, to, Reading::All(MAX_MESSAGES)).await?;
        let of_it = messages.into_iter().filter(|message| message.session.as_ref() == Some(&session.id));
        let (said, others) = transcript(of_it, closed);
        Ok(Some(Self::Messages { said, others }))
    }

    /// What it is counted as (docs/metrics.md), by what was known of the customer before.
    pub(super) fn tally(&self, session: &Session, known: &Profile) -> Tally {
        let counted = match self {
            Self::Messages { said, others } => {
                let all: Vec<&Message> = said.iter().chain(others).collect();
                conversation(&all, &session.course, known)
            }
            Self::Call(_) => [("calls", 1)].into_iter().collect(),
        };
        counted.with(&tokens(session.spent))
    }

    /// Everything that was said, for the model.
    pub(super) fn transcript(&self, language: Language) -> Vec<Utterance> {
        match self {
            Self::Messages { said, .. } => said.iter().map(|m| presentation::utterance(m, language, said)).collect(),
            Self::Call(call) => {
                let turns = call.report.transcript.iter();
                let at = |turn: &Spoken| call.report.said_at(turn, call.key.ended_at);
                let said =
                    |turn: &Spoken| Utterance { speaker: turn.voice.speaker(), text: turn.text.clone(), at: at(turn) };
                turns.map(said).collect()
            }
        }
    }

    /// What the customer said: the evidence, each message with its line in the [transcript](Self::transcript).
    pub(super) fn said(&self) -> Vec<Said> {
        match self {
            Self::Messages { said, .. } => in_turn(said.iter().map(|m| match m.own_words() {
                Some(words) => {
                    let said = Said::new(words, m.key.sent_at, position(m));
                    Heard::Customer(Said { transcribed: m.is_heard(), ..said })
                }
                None if m.speaker == Speaker::Customer => Heard::Nothing,
                None => Heard::Business(&m.text),
            })),
            // What a machine says is nobody's word, also where it is known only since the call was stored.
            Self::Call(call) if !call.report.has_customer() => Vec::new(),
            Self::Call(call) => {
                let at = |turn| call.report.said_at(turn, call.key.ended_at);
                in_turn(call.report.transcript.iter().zip(0..).map(|(turn, position)| match turn.voice {
                    Voice::Customer => Heard::Customer(Said::new(turn.text.as_str(), at(turn), position)),
                    Voice::Agent | Voice::Staff => Heard::Business(&turn.text),
                    Voice::Unknown => Heard::Nothing,
                }))
            }
        }
    }

    /// What the customer entered in forms: each question, as the form names it, with the answer.
    pub(super) fn given(&self) -> impl Iterator<Item = (&str, Said)> {
        let messages = match self {
            Self::Messages { said, .. } => said.as_slice(),
            Self::Call(_) => &[],
        };
        messages.iter().flat_map(|message| {
            let said = |text: &String| Said::new(text.as_str(), message.key.sent_at, position(message));
            message.form().iter().map(move |(question, answer)| (question.as_str(), said(answer)))
        })
    }
}

/// What was said in a session and may be remembered, in its order, and the others of its messages.
fn transcript(messages: impl Iterator<Item = Message>, closed: &Closed) -> (Vec<Message>, Vec<Message>) {
    let is_said =
        |m: &Message| m.arrival <= closed.cut_off && m.remembered && m.is_part_of_conversation() && !m.revoked;
    let (mut said, others): (Vec<_>, Vec<_>) = messages.partition(is_said);
    said.sort_by_key(|m| (m.key.sent_at.as_second(), m.arrival));
    (said, others)
}

/// One line of a conversation, as far as it is evidence.
enum Heard<'a> {
    Customer(Said),
    Business(&'a str),
    /// What a customer sent without words of their own.
    Nothing,
}

/// What the customer said, each with the number of its line and what the business said right before it.
fn in_turn<'a>(lines: impl Iterator<Item = Heard<'a>>) -> Vec<Said> {
    let (mut said, mut asked) = (Vec::new(), Vec::new());
    for (heard, line) in lines.zip(1..) {
        match heard {
            Heard::Customer(words) => {
                let answers = (!asked.is_empty()).then(|| asked.join("\n"));
                said.push(Said { line, answers, ..words });
                asked.clear();
            }
            Heard::Business(text) => asked.push(text),
            Heard::Nothing => asked.clear(),
        }
    }
    said
}

fn position(message: &Message) -> u32 {
    u32::try_from(message.arrival).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_machine_said_is_no_evidence_also_where_it_is_known_only_later() {
        for (voicemail, heard) in [(false, 1), (true, 0)] {
            let call = json!({"ended_at": "2026-11-16T08:00:00Z", "provider": "retell", "call_id": "c1", "version": 2,
                "remembered": true, "session": "s1", "report": {"direction": "outbound",
                "started_at": "2026-11-16T07:59:00Z", "voicemail": voicemail, "transcript": [
                    {"voice": "agent", "text": "שלום", "second": 1},
                    {"voice": "customer", "text": "הגעתם לתא הקולי", "second": 3}]}});
            let material = Material::Call(Box::new(serde_json::from_value(call).unwrap()));
            assert_eq!((material.said().len(), material.transcript(Language::Hebrew).len()), (heard, 2));
        }
    }
}
