//! Files that an import of the API refuses before anything is written, and what stays of the reasons (docs/rules.md#n8).

use crate::asked::{Asked, dies, files};
use zikaron_import::worker::Worked;
use zikaron_protocol::model::chat_import::{ChatImport, ChatImportStage, FoundInFile};
use zikaron_protocol::ports::Clock;
use zikaron_protocol::staff::cancel_chat_import;
use zikaron_testing::people;

/// Why each file is refused; nothing of one that is not.
fn reasons(import: &ChatImport) -> Vec<String> {
    let why = import.files.iter().map(|file| match &file.found {
        Some(FoundInFile::Unusable { why }) => why.clone(),
        _ => String::new(),
    });
    why.collect()
}

/// Lines of a chat.
fn written(sender: &str, text: &str, times: usize) -> String {
    format!("31/12/2024, 9:00 - {sender}: {text}\n").repeat(times)
}

async fn refused(files: &[(Option<u16>, String)]) -> Vec<String> {
    let asked = Asked::new(files, u64::MAX).await;
    assert_eq!(asked.work().await.unwrap(), Worked::Over);
    let import = asked.import().await;
    assert_eq!(import.stage, ChatImportStage::Refused);
    assert!(asked.town.ports.store.leads().is_empty());
    reasons(&import)
}

#[tokio::test]
async fn a_message_that_cannot_be_stored_is_refused_before_it_is_tried() {
    let fits = written("Dana", &"א".repeat(65_536), 1);
    let long = written("Dana", &"א".repeat(131_073), 1);
    let place = format!("location: https://maps.google.com/?q={}", "1".repeat(300_000));
    let why = refused(&[(Some(1), fits), (Some(2), long), (Some(3), written("Dana", &place, 1))]).await;
    assert_eq!(why[0], "");
    assert!(why[1].contains("longer than WhatsApp takes") && why[2] == why[1], "{why:?}");
}

#[tokio::test]
async fn the_chats_of_one_customer_are_refused_where_they_are_too_long_together() {
    let chat = written("Dana", &"a".repeat(20_000), 260);
    let why = refused(&[(Some(1), chat.clone()), (Some(1), chat.clone()), (Some(1), chat)]).await;
    assert_eq!((why[0].as_str(), why[1].as_str()), ("", ""));
    assert!(why[2].contains("more than 12 MB of text: import them one by one"), "{why:?}");
}

#[tokio::test]
async fn a_reason_is_short_however_many_write_and_whatever_they_are_called() {
    let group =
        |name: &str| (0..1_000).map(|number| written(&format!("{name}{number:03}"), "hi", 1)).collect::<String>();
    let why = refused(&[(None, group("Dana ")), (None, group(&"נ".repeat(600)))]).await;
    assert!(why[0].ends_with("Dana 000, Dana 001, Dana 002, Dana 003, Dana 004 and 995 more"), "{why:?}");
    assert!(why[1].contains("more than two people") && why[1].chars().count() == 500, "{why:?}");
}

#[tokio::test]
async fn of_an_import_that_was_cancelled_no_reason_stays() {
    let all: Vec<_> = [(Some(2), "milk and bread".to_owned())].into_iter().chain(files(1)).collect();
    let asked = Asked::new(&all, u64::MAX).await;
    assert!(!dies(asked.work(), 2).await, "the first one was looked at");
    assert!(!reasons(&asked.import().await)[0].is_empty());
    let (store, now) = (&asked.town.ports.store, asked.town.ports.clock.now());
    let import = cancel_chat_import(store, &people::business(), "staff", now).await.unwrap();
    assert!(import.files.iter().all(|file| file.name.is_none() && file.found.is_none()), "{import:?}");
}
