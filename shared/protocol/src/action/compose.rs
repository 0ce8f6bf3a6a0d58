//! The words of a message that the customer asked for: the model answers their own request anew when it is due, with the
//! memory, the conversation and the business's instructions. What it writes goes out only if nothing was said meanwhile.

use super::end::Due;
use crate::call::start::recall_lead;
use crate::model::action::Asked;
use crate::model::conversation::{Speaker, Utterance};
use crate::model::lead_state::State;
use crate::model::message::Message;
use crate::model::usage::Usage;
use crate::ports::bundle::Ports;
use crate::ports::error::Unavailable;
use crate::ports::model::{Model, ModelError, ReplyRequest};
use crate::ports::store::Store;
use crate::presentation;
use futures_util::future::try_join;
use tracing::warn;
use zikaron_memory::action;
use zikaron_memory::spoken::Spoken;

/// The longest text WhatsApp takes, in UTF-16 units
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages>).
const MAX_TEXT: usize = 4096;

/// What the model made of it.
pub(super) enum Composed {
    /// The message, whether it says that an AI writes, and what the model used for it.
    Text(String, bool, Usage),
    /// It has nothing to say, or too much, or a person is needed; and what it used all the same.
    Nothing(Usage),
    /// It does not answer now.
    Later,
}

impl Composed {
    /// What the model used.
    pub(super) fn usage(&self) -> Usage {
        match self {
            Self::Text(_, _, usage) | Self::Nothing(usage) => *usage,
            Self::Later => Usage::default(),
        }
    }
}

pub(super) async fn compose<P: Ports>(p: &P, of: &Due, state: &State) -> Result<Composed, Unavailable> {
    let settings = &of.settings;
    let Some(asked) = &of.action.asked else { return Ok(Composed::Nothing(Usage::default())) };
    let (known, said) = try_join(
        recall_lead(p.store(), &of.key, settings, of.now, p.config().block_chars),
        p.store().messages(&of.key, None, None, p.config().page),
    )
    .await?;
    let fresh_from = state.session.as_ref().and_then(|open| open.fresh_from).unwrap_or(0);
    let mut said: Vec<_> =
        said.into_iter().filter(|m| m.arrival >= fresh_from && m.is_part_of_conversation()).collect();
    said.truncate(p.config().conversation);
    said.reverse();
    let instruction = action::instruction(&of.action.text, settings.language);
    let parts = [settings.instructions.as_str(), known.text.as_str(), instruction.as_str()];
    let system = parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n");
    let request = ReplyRequest {
        system,
        now: settings.language.now(&settings.zone().at(of.now)),
        conversation: conversation(of, &said, asked),
        pictures: Vec::new(),
        may_start_fresh: false,
        may_confirm: false,
        may_ask_number: false,
    };
    Ok(match p.model().reply(&request).await {
        Ok(reply) if reply.handover => Composed::Nothing(reply.usage),
        Ok(reply) => disclosed(reply.text, reply.usage, of, state, &said),
        Err(ModelError::Unavailable(why)) => {
            warn!(lead = %of.key.lead, action = %of.session.id, why, "the message cannot be written now");
            Composed::Later
        }
        Err(error) => {
            warn!(lead = %of.key.lead, action = %of.session.id, %error, "the model does not write the message");
            Composed::Nothing(error.usage())
        }
    })
}

/// What was said last, and the customer's request once more: that is what is answered.
fn conversation(of: &Due, said: &[Message], asked: &Asked) -> Vec<Utterance> {
    let shown = said.iter().map(|message| presentation::utterance(message, of.settings.language, said));
    let request = Utterance { speaker: Speaker::Customer, text: asked.quote.clone(), at: of.action.made_at };
    shown.chain([request]).collect()
}

/// The first thing an AI writes to a customer says so, as its first answer does.
fn disclosed(text: String, usage: Usage, of: &Due, state: &State, said: &[Message]) -> Composed {
    let discloses = of.settings.disclose_ai && !state.ai_disclosed;
    let text = if discloses {
        let theirs = said.iter().filter_map(Message::own_words);
        let spoken = Spoken::of(theirs).unwrap_or_else(|| of.settings.language.into());
        of.settings.disclosed(&text, spoken)
    } else {
        text
    };
    let fits = !text.trim().is_empty() && text.encode_utf16().count() <= MAX_TEXT;
    if fits { Composed::Text(text, discloses, usage) } else { Composed::Nothing(usage) }
}
