//! What a conversation told, taken out again (docs/rules.md#c10).

use crate::support::*;
use proptest::prelude::*;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::forget::Forgotten;
use zikaron_memory::merge::merge;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::Confidence::High;
use zikaron_memory::profile::{Candidate, Profile};
use zikaron_memory::session::{Channel, SessionId};

fn note(id: &str, kind: NoteKind, at: i64) -> Note {
    Note { id: id.to_owned(), kind, text: format!("text of {id}"), at: minute(at) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_profile_without_a_session_is_the_fold_of_what_was_said_elsewhere(
        fields in either_kind(),
        candidates in prop::collection::vec(candidate(), 1..17),
        which in any::<prop::sample::Index>(),
    ) {
        let session = which.get(&candidates).session.clone();
        let folded = |candidates: &[Candidate]| merge(&fields, &Profile::default(), candidates).profile;
        let memory = LeadMemory { customer_profile_json: folded(&candidates), ..LeadMemory::default() };
        let gone = Forgotten { session: &session, ended_at: minute(0) };
        let left = memory.without(&fields, gone, &[]).customer_profile_json;
        let others: Vec<Candidate> = candidates.iter().filter(|c| c.session != session).cloned().collect();
        prop_assert_eq!(&left, &folded(&others));
        let again = LeadMemory { customer_profile_json: left.clone(), ..LeadMemory::default() };
        prop_assert_eq!(again.without(&fields, gone, &[]).customer_profile_json, left, "and a second time changes nothing");
    }
}

#[test]
fn the_summary_before_stands_again_and_a_later_one_stays() {
    let others = [
        note("n", NoteKind::Note, 9),
        note("call", NoteKind::CallSummary, 4),
        note("old", NoteKind::ConversationSummary, 2),
    ];
    let mut memory = LeadMemory::default();
    memory.take_summary("secret", minute(7), minute(8), Channel::Whatsapp);
    memory.add_note(Note { text: "secret".to_owned(), ..note("s", NoteKind::ConversationSummary, 7) });
    let fields = FieldList::standard(zikaron_memory::language::Language::Hebrew);
    let session = SessionId::new("s");
    let left = |memory: &LeadMemory, others: &[Note]| {
        memory.without(&fields, Forgotten { session: &session, ended_at: minute(7) }, others)
    };
    let before = left(&memory, &others);
    assert_eq!((before.last_summary.as_deref(), before.summary_channel), (Some("text of call"), Some(Channel::Call)));
    assert_eq!((before.summary_session_ended_at, before.notes.len()), (Some(minute(4)), 3));
    assert_eq!(left(&memory, &others[..1]).last_summary, None);
    memory.take_summary("later", minute(10), minute(11), Channel::Whatsapp);
    assert_eq!(left(&memory, &others).last_summary.as_deref(), Some("later"));
}

#[test]
fn what_staff_dismissed_of_a_conversation_that_is_forgotten_leaves_no_words_behind() {
    for (fields, gone) in [(fields(), "secret"), (list_field(40), "secret, more")] {
        let told = [manual("Haifa", 0), ai(gone, High, "s1", 1), ai("Secret!", High, "s2", 2)];
        let without = |told: &[Candidate], sessions: &[&str]| {
            let profile = merge(&fields, &Profile::default(), told).profile;
            let waiting = city(&profile).suggestions().to_vec();
            let refused = waiting
                .iter()
                .fold(profile, |profile, waits| dismiss(&fields, &profile, "city", waits.value.as_deref()).unwrap());
            assert!(!city(&refused).dismissals().is_empty() && city(&refused).suggestions().is_empty());
            let memory = LeadMemory { customer_profile_json: refused, ..LeadMemory::default() };
            sessions.iter().fold(memory, |memory, session| {
                let session = SessionId::new(*session);
                memory.without(&fields, Forgotten { session: &session, ended_at: minute(0) }, &[])
            })
        };
        let left = serde_json::to_string(&without(&told[..2], &["s1"])).unwrap();
        assert!(!left.contains("secret"), "{left}");
        // What was said elsewhere too stays dismissed, in the words it has there.
        let left = without(&told, &["s1"]).customer_profile_json;
        let words = serde_json::to_string(&left).unwrap();
        assert!(!words.contains("secret") && words.contains("Secret!"), "{words}");
        assert_eq!((city(&left).suggestions().len(), city(&left).value()), (0, Some("Haifa")));
        let left = serde_json::to_string(&without(&told, &["s1", "s2"])).unwrap();
        assert!(!left.to_lowercase().contains("secret"), "{left}");
    }
}
