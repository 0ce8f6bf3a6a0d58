use crate::support::*;
use jiff::SignedDuration;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::session::{Channel, idle_elapsed};

fn note(id: &str, kind: NoteKind, at: i64) -> Note {
    Note { id: id.to_owned(), kind, text: format!("text of {id}"), at: minute(at) }
}

fn ids(memory: &LeadMemory) -> Vec<&str> {
    memory.notes.iter().map(|note| note.id.as_str()).collect()
}

#[test]
fn the_five_newest_notes_are_kept_newest_first_in_whatever_order_they_come() {
    let mut memory = LeadMemory::default();
    for at in [3, 1, 7, 5, 2, 6, 4] {
        memory.add_note(note(&format!("n{at}"), NoteKind::Note, at));
    }
    assert_eq!(ids(&memory), ["n7", "n6", "n5", "n4", "n3"]);
}

#[test]
fn a_note_written_twice_is_one_note() {
    let mut memory = LeadMemory::default();
    memory.add_note(note("a", NoteKind::Note, 1));
    memory.add_note(Note { text: "corrected".to_owned(), ..note("a", NoteKind::Note, 1) });
    assert_eq!(memory.notes.len(), 1);
    assert_eq!(memory.notes[0].text, "corrected");
}

#[test]
fn the_last_summary_changes_only_if_the_session_ended_later_than_the_one_it_holds() {
    let mut memory = LeadMemory::default();
    assert!(memory.take_summary("first", minute(10), minute(12), Channel::Whatsapp));
    assert!(!memory.take_summary("older", minute(9), minute(20), Channel::Call));
    assert!(!memory.take_summary("same end", minute(10), minute(21), Channel::Call));
    assert_eq!(memory.last_summary.as_deref(), Some("first"));
    assert!(memory.take_summary("call", minute(11), minute(22), Channel::Call));
    assert_eq!(memory.last_summary.as_deref(), Some("call"));
    assert_eq!(memory.summary_updated_at, Some(minute(22)));
    assert_eq!(memory.summary_session_ended_at, Some(minute(11)));
    assert_eq!(memory.summary_channel, Some(Channel::Call));
}

#[test]
fn a_fresh_start_sees_the_profile_and_the_notes_of_staff_but_no_summary() {
    let mut memory = LeadMemory { customer_profile_json: merged(&[manual("Haifa", 0)]).profile, ..Default::default() };
    memory.take_summary("talked", minute(1), minute(1), Channel::Whatsapp);
    memory.add_note(note("s", NoteKind::ConversationSummary, 1));
    memory.add_note(note("c", NoteKind::CallSummary, 2));
    memory.add_note(note("n", NoteKind::Note, 3));
    let fresh = memory.fresh();
    assert_eq!(fresh.customer_profile_json, memory.customer_profile_json);
    assert_eq!(ids(&fresh), ["n"]);
    assert_eq!((fresh.last_summary, fresh.summary_updated_at, fresh.summary_channel), (None, None, None));
    assert_eq!(fresh.summary_session_ended_at, None);
}

#[test]
fn a_lead_without_any_memory_works() {
    let memory: LeadMemory = serde_json::from_str("{}").unwrap();
    assert_eq!(memory, LeadMemory::default());
    assert!(memory.is_empty());
    assert!(memory.fresh().is_empty());
}

#[test]
fn a_memory_is_not_empty_once_it_has_a_value_a_summary_or_a_note() {
    let mut summed_up = LeadMemory::default();
    summed_up.take_summary("talked", minute(1), minute(1), Channel::Whatsapp);
    let mut noted = LeadMemory::default();
    noted.add_note(note("n", NoteKind::Note, 3));
    let known = LeadMemory { customer_profile_json: merged(&[manual("Haifa", 0)]).profile, ..Default::default() };
    assert!(!summed_up.is_empty() && !noted.is_empty() && !known.is_empty());
}

#[test]
fn the_document_is_stored_under_the_names_of_the_specification() {
    let mut memory = LeadMemory::default();
    memory.take_summary("talked", minute(1), minute(2), Channel::Call);
    memory.add_note(note("n", NoteKind::CallSummary, 1));
    insta::assert_json_snapshot!(memory, @r#"
    {
      "customer_profile_json": {},
      "last_summary": "talked",
      "summary_updated_at": "2024-01-15T10:02:00Z",
      "summary_session_ended_at": "2024-01-15T10:01:00Z",
      "summary_channel": "call",
      "notes": [
        {
          "id": "n",
          "kind": "call_summary",
          "text": "text of n",
          "at": "2024-01-15T10:01:00Z"
        }
      ]
    }
    "#);
}

#[test]
fn a_session_is_idle_from_exactly_the_idle_time_on() {
    let idle = SignedDuration::from_secs(900);
    assert!(!idle_elapsed(minute(0), minute(14), idle));
    assert!(idle_elapsed(minute(0), minute(15), idle));
    assert!(!idle_elapsed(minute(20), minute(15), idle), "a message from the future is not idle");
}
