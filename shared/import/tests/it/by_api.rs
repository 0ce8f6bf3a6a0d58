//! An import that staff asked for through the API: the same memory as by the command, whatever dies on the way and whoever
//! else works on it (docs/rules.md#n8).

use crate::asked::{Asked, assert_same, by_command, dies, files, id};
use crate::town::NOW;
use futures_util::future::join;
use std::sync::atomic::Ordering;
use zikaron_import::worker::Worked;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::chat_import::{ChatImportStage, FoundInFile, ImportDue, ImportStop, StagedFile};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::staff::{cancel_chat_import, start_chat_import};
use zikaron_testing::people;

#[tokio::test]
async fn it_ends_as_the_command_does_and_keeps_no_name_and_no_file() {
    let asked = Asked::new(&files(3), u64::MAX).await;
    assert_eq!(asked.work().await.unwrap(), Worked::Over);
    let import = asked.import().await;
    let counts = import.counts;
    assert_eq!((import.stage, counts.messages, counts.conversations), (ChatImportStage::Done, 375, 75));
    assert_eq!((counts.digested, counts.failed, counts.tokens), (75, 0, counts.tokens_due));
    assert!(import.files.iter().all(|file| file.name.is_none() && file.phone.is_none()));
    assert_eq!(asked.staging.count(), 0);
    assert_same(&asked.town, &by_command(3).await, 3);
    assert!(asked.town.ports.timer.schedules().is_empty() && asked.town.ports.messenger.taken().is_empty());
    assert_eq!(asked.work().await.unwrap(), Worked::Nothing);
}

#[tokio::test]
async fn a_second_import_changes_nothing() {
    let asked = Asked::new(&files(2), u64::MAX).await;
    asked.deliver().await;
    let before = asked.town.ports.store.leads();
    asked.begin("01SECOND", &files(2), u64::MAX).await;
    let due = ImportDue { import: id("01SECOND"), ..asked.due.clone() };
    let second = Asked { due, ..asked };
    second.deliver().await;
    let counts = second.import().await.counts;
    assert_eq!((counts.messages, counts.conversations, counts.digested, counts.tokens), (250, 0, 0, 0));
    for (key, lead) in second.town.ports.store.leads() {
        assert_eq!((&lead.state, &lead.memory), (&before[&key].state, &before[&key].memory), "not even a version");
        assert_eq!((&lead.messages, &lead.sessions), (&before[&key].messages, &before[&key].sessions));
    }
}

#[tokio::test]
async fn wherever_it_dies_it_goes_on_and_ends_the_same() {
    let whole = by_command(2).await;
    let files = files(2);
    let mut deaths = 0;
    for after in 0.. {
        let asked = Asked::new(&files, u64::MAX).await;
        if dies(asked.work(), after).await {
            break;
        }
        deaths += 1;
        asked.deliver().await;
        let counts = asked.import().await.counts;
        assert_eq!((counts.messages, counts.conversations, counts.digested), (250, 50, 50), "death {after}");
        // Who dies while a digest is asked for has paid for it, and so has who asks again.
        let most = counts.tokens_due + 4_000;
        assert!((counts.tokens_due..=most).contains(&counts.tokens), "death {after}: {counts:?}");
        assert_same(&asked.town, &whole, 2);
    }
    assert!(deaths > 20, "{deaths}");
}

#[tokio::test]
async fn an_error_anywhere_is_no_second_message_and_no_lost_one() {
    let whole = by_command(2).await;
    let breaking: [fn(&Write) -> bool; 3] = [
        |write| matches!(write, Write::Message(_)),
        |write| matches!(write, Write::Session(_)),
        |write| matches!(write, Write::Memory(_)),
    ];
    for broken in breaking {
        for takes_effect in [false, true] {
            let asked = Asked::new(&files(2), u64::MAX).await;
            asked.town.ports.store.break_next(broken, takes_effect);
            asked.staging.fail(1);
            asked.deliver().await;
            assert_eq!(asked.import().await.stage, ChatImportStage::Done);
            assert_eq!(asked.import().await.counts.digested, 50);
            assert_same(&asked.town, &whole, 2);
        }
    }
}

#[tokio::test]
async fn of_two_workers_one_stops_and_nothing_is_done_twice() {
    let asked = Asked::new(&files(2), u64::MAX).await;
    let (one, other) = join(asked.work(), asked.work()).await;
    let ended = [one.unwrap(), other.unwrap()];
    assert!(ended.contains(&Worked::Elsewhere), "{ended:?}");
    asked.deliver().await;
    let counts = asked.import().await.counts;
    assert_eq!((counts.messages, counts.digested, counts.tokens), (250, 50, counts.tokens_due));
    assert_same(&asked.town, &by_command(2).await, 2);
}

#[tokio::test]
async fn a_piece_ends_when_its_time_is_over_and_says_that_there_is_more() {
    let asked = Asked::new(&files(2), u64::MAX).await;
    let mut pieces = 0;
    loop {
        pieces += 1;
        // A minute passes while the first file is read.
        let clock = &asked.town.ports.clock;
        let later = clock.now().as_second() + 60;
        let (worked, ()) = join(asked.work(), async { clock.set_second(later) }).await;
        match worked.unwrap() {
            Worked::More => assert!(pieces < 500),
            worked => break assert_eq!(worked, Worked::Over),
        }
    }
    assert!(pieces > 1, "{pieces}");
    assert_eq!(asked.import().await.counts.digested, 50);
    let told =
        asked.town.ports.bus.events().into_iter().filter(|it| *it == Event::ImportDue(asked.due.clone())).count();
    assert_eq!(told, pieces - 1, "each but the last says that there is more");
}

#[tokio::test]
async fn a_step_whose_answer_was_lost_is_written_and_the_import_goes_on() {
    let asked = Asked::new(&files(1), u64::MAX).await;
    asked.town.ports.store.repeat_lone_writes(true);
    assert_eq!(asked.work().await.unwrap(), Worked::Over);
    assert_eq!(asked.import().await.counts.digested, 25);
}

#[tokio::test]
async fn a_piece_that_cannot_say_that_there_is_more_is_delivered_again() {
    let asked = Asked::new(&files(2), u64::MAX).await;
    let clock = &asked.town.ports.clock;
    asked.town.ports.bus.refuse(true);
    let (worked, ()) = join(asked.work(), async { clock.set_second(NOW + 60) }).await;
    worked.unwrap_err();
    asked.town.ports.bus.refuse(false);
    asked.deliver().await;
    assert_eq!((asked.import().await.stage, asked.import().await.counts.digested), (ChatImportStage::Done, 50));
}

#[tokio::test]
async fn nothing_is_written_where_one_file_cannot_be_imported_and_each_says_why() {
    let strange = [
        (None, "31/12/2024, 9:00 - Dana Levi: hi\n31/12/2024, 9:01 - My Salon: hello\n".to_owned()),
        (Some(2), "milk and bread".to_owned()),
        (Some(3), "31/12/2024, 9:00 - Dana: hi\n1/1/2025, 9:00 - Ruth: hi\n1/1/2025, 9:00 - Noa: hi\n".to_owned()),
    ];
    let all: Vec<_> = files(1).into_iter().chain(strange).collect();
    let asked = Asked::new(&all, u64::MAX).await;
    asked.staging.upload(StagedFile { business: people::business(), import: id("01OTHER"), number: 0 }, b"not its own");
    assert_eq!(asked.work().await.unwrap(), Worked::Over);
    let import = asked.import().await;
    assert_eq!((import.stage, import.counts.messages), (ChatImportStage::Refused, 0));
    assert!(asked.town.ports.store.leads().is_empty());
    let why: Vec<&str> = import
        .files
        .iter()
        .map(|file| match &file.found {
            Some(FoundInFile::Unusable { why }) => why.as_str(),
            _ => "",
        })
        .collect();
    assert!(why[0].is_empty() && why[1].contains("number of Dana Levi: give it in phone"), "{why:?}");
    assert!(why[2].contains("no exported chat") && why[3].contains("more than two people"), "{why:?}");
    assert_eq!(import.files[1].name.as_deref(), Some("chat 1.txt"), "somebody has to know which is meant");
    assert_eq!(asked.staging.count(), 1, "another import's file stays");
}

#[tokio::test]
async fn a_cancelled_import_stops_at_its_next_step_and_what_is_there_stays() {
    let asked = Asked::new(&files(2), u64::MAX).await;
    assert!(!dies(asked.work(), 30).await, "in the middle");
    let store = &asked.town.ports.store;
    let now = asked.town.ports.clock.now();
    let business = people::business();
    let (worked, cancelled) = join(asked.work(), cancel_chat_import(store, &business, "staff", now)).await;
    assert_eq!(cancelled.unwrap().stage, ChatImportStage::Cancelled);
    assert_eq!(worked.unwrap(), Worked::Elsewhere);
    let before = store.leads().into_values().map(|lead| lead.sessions.len()).sum::<usize>();
    asked.deliver().await;
    let after = store.leads().into_values().map(|lead| lead.sessions.len()).sum::<usize>();
    assert_eq!((asked.import().await.stage, after), (ChatImportStage::Cancelled, before));
    assert_eq!(asked.staging.count(), 0);
}

#[tokio::test]
async fn no_more_is_spent_than_was_said_and_the_rest_is_there_for_another_import() {
    let asked = Asked::new(&files(1), 20_000).await;
    asked.deliver().await;
    let counts = asked.import().await.counts;
    assert!(counts.tokens <= 20_000 && (3..25).contains(&counts.digested), "{counts:?}");
    assert_eq!(asked.town.lead(0).messages.len(), 125, "the conversation is there, whatever is digested");
    assert_eq!(asked.town.lead(0).sessions.len() as u64, counts.digested, "the oldest ones");
    asked.begin("01SECOND", &files(1), u64::MAX).await;
    let due = ImportDue { import: id("01SECOND"), ..asked.due.clone() };
    let second = Asked { due, ..asked };
    second.deliver().await;
    assert_eq!(second.import().await.counts.digested, 25 - counts.digested);
}

#[tokio::test]
async fn it_stops_where_the_model_is_ill_or_the_memory_off_and_goes_on_when_started() {
    let asked = Asked::new(&files(1), u64::MAX).await;
    asked.town.ports.model.1.store(8, Ordering::Relaxed);
    assert_eq!(asked.work().await.unwrap(), Worked::Stopped);
    let import = asked.import().await;
    assert_eq!((import.stopped, import.counts.failed), (Some(ImportStop::ModelFails), 8));
    assert_eq!(asked.work().await.unwrap(), Worked::Nothing, "nobody works on it");
    let (store, business) = (&asked.town.ports.store, people::business());
    let on = Settings { enable_customer_service: true, disclose_ai: false, ..Settings::default() };
    start_chat_import(store, &business, "staff", asked.town.ports.clock.now()).await.unwrap();
    store.put_settings(business.clone(), Settings { enable_customer_service: false, ..on.clone() });
    assert!(asked.work().await.is_err(), "these may be the settings from before it was started");
    asked.town.ports.clock.set_second(NOW + 120);
    assert_eq!(asked.work().await.unwrap(), Worked::Stopped);
    assert_eq!(asked.import().await.stopped, Some(ImportStop::MemoryOff));
    assert!(start_chat_import(store, &business, "staff", asked.town.ports.clock.now()).await.is_err());
    store.put_settings(business.clone(), on);
    // It is counted anew from the start on: seven more are no eight in a row.
    asked.town.ports.model.1.store(7, Ordering::Relaxed);
    start_chat_import(store, &business, "staff", asked.town.ports.clock.now()).await.unwrap();
    asked.deliver().await;
    let counts = asked.import().await.counts;
    assert_eq!(asked.import().await.stage, ChatImportStage::Done);
    assert_eq!((counts.digested, counts.failed), (10, 15));
}
