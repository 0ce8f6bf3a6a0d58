//! A chat of years is cut into parts, each of which is planned as it would be among the others.

use crate::town::{IDLE, Town, line};
use zikaron_import::chat::{Line, Who};
use zikaron_import::parts::parts;
use zikaron_import::past;

/// Conversations of three messages, a day apart.
fn chat(conversations: i64) -> Vec<Line> {
    let lines = |of: i64| {
        let minute = (conversations - of) * 1_440;
        [
            line(minute, Who::Customer, "שלום"),
            line(minute - 1, Who::Business, "היי"),
            line(minute - 1, Who::Customer, "אני גרה בעכו"),
        ]
    };
    (0..conversations).flat_map(lines).collect()
}

fn ids(lines: &[Line]) -> Vec<String> {
    past::messages(lines).unwrap().into_iter().map(|message| message.key.id.to_string()).collect()
}

#[test]
fn a_chat_is_cut_where_nobody_speaks_and_nothing_is_lost() {
    let whole = chat(20);
    let cut = parts(vec![whole.clone(), whole.clone()], IDLE, 10);
    assert!(cut.len() > 3, "{}", cut.len());
    assert!(cut.iter().all(|part| part.len() == 2 && part[0] == part[1]));
    let again: Vec<Line> = cut.iter().flat_map(|part| part[0].clone()).collect();
    assert_eq!(again, whole);
    let of_parts: Vec<String> = cut.iter().flat_map(|part| ids(&part[0])).collect();
    assert_eq!(of_parts, ids(&whole), "the ids are the same");
    let sessions = |lines: &[Line]| past::cut(past::messages(lines).unwrap(), IDLE).len();
    assert_eq!(cut.iter().map(|part| sessions(&part[0])).sum::<usize>(), sessions(&whole));
}

#[test]
fn a_chat_without_a_pause_is_cut_between_two_minutes() {
    let lines: Vec<Line> = (0..100).map(|minute| line(200 - minute / 2, Who::Customer, "עוד")).collect();
    let cut = parts(vec![lines.clone()], IDLE, 10);
    assert!(cut.len() > 2, "{}", cut.len());
    let of_parts: Vec<String> = cut.iter().flat_map(|part| ids(&part[0])).collect();
    assert_eq!(of_parts, ids(&lines), "the same words twice in a minute are still two");
    assert_eq!(parts(vec![Vec::new()], IDLE, 10), vec![vec![Vec::<Line>::new()]]);
}

#[tokio::test]
async fn parts_imported_one_by_one_are_the_whole() {
    let (whole, cut) = (Town::new(), Town::new());
    let lines = chat(12);
    whole.import(&[(1, lines.clone())], u64::MAX).await;
    for part in parts(vec![lines], IDLE, 5) {
        cut.import(&[(1, part.concat())], u64::MAX).await;
    }
    assert_eq!(crate::story::essence(&cut.lead(1)), crate::story::essence(&whole.lead(1)));
}
