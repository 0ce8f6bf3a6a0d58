//! What the command waits for, and what it says of it.

use crate::town::{Town, line};
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::Ordering;
use zikaron_import::chat::Who;
use zikaron_import::digest::{Digest, Digests, digest};
use zikaron_import::plan::Progress;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::session::close;
use zikaron_testing::bus::RecordingBus;

/// Whoever waits gives the stack the time to digest.
struct Meanwhile<'a>(&'a Town, TimerFired);

impl Clock for Meanwhile<'_> {
    fn now(&self) -> Timestamp {
        self.0.ports.clock.now()
    }

    async fn sleep(&self, _: SignedDuration) {
        close::hinted(&self.0.ports, &self.1).await;
    }
}

#[tokio::test]
async fn a_digest_that_failed_before_is_waited_for_when_it_is_asked_for_again() {
    let town = Town::new();
    let lines = [line(10_000, Who::Customer, "קוראים לי דנה")];
    town.store(&town.plan(1, &lines).await).await;
    town.ports.model.1.store(1, Ordering::Relaxed);
    for (progress, expected) in [(Progress::Due, Digest::Later), (Progress::UnderWay, Digest::Written)] {
        let plan = town.plan(1, &lines).await;
        let (key, session) = (plan.lead.unwrap(), &plan.sessions[0]);
        assert_eq!(session.progress, progress);
        let hint = TimerFired { key: key.clone(), session: session.id.clone(), generation: 0 };
        let with = (&town.ports.store, &RecordingBus::default(), &Meanwhile(&town, hint));
        assert_eq!(digest(with, &key, session).await.unwrap(), expected);
    }
}

#[test]
fn the_command_says_what_became_of_every_digest_and_how_to_go_on() {
    let all = [Digest::Written, Digest::Nothing, Digest::Later, Digest::Written];
    let all = all.into_iter().fold(Digests { due: 6, ..Digests::default() }, Digests::and);
    let told = all.to_string();
    let lines: Vec<&str> = told.lines().map(str::trim_start).collect();
    assert_eq!(lines[..2], ["digested           2 of 6", "1 hold nothing that is still kept"]);
    assert!(lines[2].starts_with("1 failed or take long: ") && lines[2].contains("the same command"), "{told}");
    assert_eq!(lines[3..], ["2 were not waited for: the same command goes on there"]);
}
