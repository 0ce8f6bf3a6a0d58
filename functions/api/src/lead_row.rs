//! A lead in a list, and which of them a list is of.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use zikaron_memory::field::FieldList;
use zikaron_memory::session::Channel;
use zikaron_protocol::model::ids::LeadId;
use zikaron_protocol::model::lead_state::{Mode, State};
use zikaron_protocol::model::write::Memory;

/// The AI answers within seconds: who waits longer waits for a person.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);

/// A lead in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeadRow {
    /// The lead's id.
    lead: String,
    /// The name in the profile.
    name: Option<String>,
    /// The phone number, where it is known.
    phone: Option<String>,
    /// Their WhatsApp username, where they have one: all that people see of a customer who hides their number.
    whatsapp_username: Option<String>,
    /// When the last message on any channel was sent.
    last_interaction_at: Option<Timestamp>,
    /// The channel of that message.
    last_channel: Option<Channel>,
    /// Who answers.
    mode: Mode,
    /// How many messages wait for an answer.
    waiting: u32,
    /// The fields whose value is to be confirmed, for it is past its shelf life.
    to_confirm: Vec<String>,
}

impl LeadRow {
    /// As it is at `now` at a business with these fields.
    pub(crate) fn new(lead: &LeadId, state: &State, memory: &Memory, fields: &FieldList, now: Timestamp) -> Self {
        let profile = &memory.document.customer_profile_json;
        let name = profile.get("name").and_then(|field| field.value());
        Self {
            lead: lead.to_string(),
            name: name.map(str::to_owned),
            phone: state.customer.phone.as_ref().map(|phone| phone.expose().to_owned()),
            whatsapp_username: state.username.as_ref().map(|name| name.expose().to_owned()),
            last_interaction_at: state.last_interaction_at,
            last_channel: state.last_channel,
            mode: state.mode,
            waiting: state.pending,
            to_confirm: profile.to_confirm(fields, now).into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Whether they need a person: one answers them, or the AI has let them wait. The console's rule is the same
/// (`needsPerson` in `console/src/lib/leads.ts`).
pub(crate) fn needs_person(state: &State, now: Timestamp) -> bool {
    let is_long_ago = |at: Timestamp| now.duration_since(at) > PATIENCE;
    state.mode == Mode::Human || (state.pending > 0 && state.last_interaction_at.is_some_and(is_long_ago))
}

/// Those with something to confirm, those without, or all.
pub(crate) fn wanted(mut rows: Vec<LeadRow>, to_confirm: Option<bool>) -> Vec<LeadRow> {
    rows.retain(|row| to_confirm.is_none_or(|wanted| row.to_confirm.is_empty() != wanted));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::MemoryDocument;
    use anyhow::Result;
    use serde_json::json;
    use zikaron_memory::language::Language;
    use zikaron_memory::merge::merge;
    use zikaron_memory::profile::{Candidate, Profile, Source};
    use zikaron_memory::session::SessionId;
    use zikaron_protocol::model::ids::Username;

    #[test]
    fn a_customer_without_a_number_is_shown_with_their_username() -> Result<()> {
        let id = serde_json::from_value(json!({"bsuid": "IL.13491208655302741918"}))?;
        let username = Username::parse("dana.levi").ok();
        let state = State { username, ..State::new(id, Timestamp::UNIX_EPOCH) };
        let row = LeadRow::new(
            &LeadId::parse("01LEAD")?,
            &state,
            &Memory::default(),
            &FieldList::standard(Language::Hebrew),
            Timestamp::UNIX_EPOCH,
        );
        let row = serde_json::to_value(row)?;
        assert_eq!((&row["whatsapp_username"], &row["phone"]), (&json!("dana.levi"), &json!(null)));
        Ok(())
    }

    /// A customer of whom the AI heard a city at the epoch.
    fn known() -> Result<(State, Memory, FieldList)> {
        let fields = FieldList::standard(Language::Hebrew);
        let manual = Candidate::manual("city", Some("חיפה".to_owned()), Timestamp::UNIX_EPOCH, SessionId::new("s"));
        let heard = Candidate { source: Source::AiExtraction, ..manual };
        let mut memory = Memory::default();
        memory.document.customer_profile_json = merge(&fields, &Profile::default(), &[heard]).profile;
        let id = serde_json::from_value(json!({"phone": "+972555000001"}))?;
        Ok((State::new(id, Timestamp::UNIX_EPOCH), memory, fields))
    }

    #[test]
    fn a_row_names_what_is_to_be_confirmed_and_the_list_can_be_of_such_rows() -> Result<()> {
        let (state, memory, fields) = known()?;
        let row = |days: i64| {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days);
            Ok::<_, anyhow::Error>(LeadRow::new(&LeadId::parse("01LEAD")?, &state, &memory, &fields, now))
        };
        let of = |wanted_to| -> Result<Vec<Vec<String>>> {
            Ok(wanted(vec![row(729)?, row(730)?], wanted_to).into_iter().map(|row| row.to_confirm).collect())
        };
        assert_eq!(of(None)?, [vec![], vec!["city".to_owned()]]);
        assert_eq!(of(Some(true))?, [vec!["city".to_owned()]]);
        assert_eq!(of(Some(false))?, [Vec::<String>::new()]);
        Ok(())
    }

    #[test]
    fn the_document_tells_how_old_a_value_is() -> Result<()> {
        let (state, memory, fields) = known()?;
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 800);
        let document = MemoryDocument::new(&LeadId::parse("01LEAD")?, &state, memory, &fields, now);
        let city = &serde_json::to_value(document)?["customer_profile_json"]["city"];
        assert_eq!((&city["state"], &city["age_days"]), (&json!("stale"), &json!(800)));
        assert_eq!((&city["value"], &city["said_at"]), (&json!("חיפה"), &json!("1970-01-01T00:00:00Z")));
        Ok(())
    }

    #[test]
    fn who_waits_longer_than_the_ai_takes_needs_a_person() -> Result<()> {
        let (state, ..) = known()?;
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let needs = |mode, pending, last: Option<i64>| {
            let last_interaction_at = last.map(|seconds| now - SignedDuration::from_secs(seconds));
            needs_person(&State { mode, pending, last_interaction_at, ..state.clone() }, now)
        };
        assert!(needs(Mode::Human, 0, None) && needs(Mode::Human, 0, Some(0)));
        assert!(needs(Mode::Ai, 1, Some(121)));
        assert!(!needs(Mode::Ai, 1, Some(120)), "the AI may still be at it");
        assert!(!needs(Mode::Ai, 0, Some(3_000)), "nothing waits");
        assert!(!needs(Mode::Ai, 1, None));
        Ok(())
    }
}
