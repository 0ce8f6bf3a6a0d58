//! What one customer does in a run, drawn step by step.

mod actions;

use super::delivery::Delivery;
use super::step::{Act, Step, Telling, What};
use crate::chance::Chance;
use std::time::Duration;

const NAMES: [&str; 6] = ["דנה", "יוסי", "נועה", "איתי", "מיכל", "Dana"];
const CITIES: [&str; 5] = ["חיפה", "אילת", "נתניה", "ירושלים", "Acre"];

/// A customer, and everybody who has to do with them.
pub(super) struct Writer {
    seed: u64,
    /// Which source of chance is this customer's: parts draw apart.
    part: u64,
    chance: Chance,
    customer: usize,
    calm: bool,
    delivery: Delivery,
    at: Duration,
    burst: u32,
    steps: Vec<Step>,
}

impl Writer {
    pub(super) fn new(seed: u64, customer: usize, calm: bool, delivery: Delivery) -> Self {
        let part = 100 + u64::try_from(customer).unwrap_or(0);
        let chance = Chance::new(seed, part);
        Self { seed, part, chance, customer, calm, delivery, at: Duration::ZERO, burst: 0, steps: Vec::new() }
    }

    /// All steps, in the order they were drawn.
    pub(super) fn steps(mut self) -> Vec<Step> {
        self.customer_writes();
        // Sources of their own: the messages of a seed are the same with and without calls and moves.
        self.customer_calls(Chance::new(self.seed, 200 + self.part));
        self.customer_moves(Chance::new(self.seed, 300 + self.part));
        self.another_takes(Chance::new(self.seed, 400 + self.part));
        self.has_actions(Chance::new(self.seed, 500 + self.part));
        self.steps
    }

    fn customer_writes(&mut self) {
        self.pause(0, 60);
        for _ in 0..self.chance.number(1, 4) {
            for _ in 0..self.chance.number(1, 3) {
                if self.chance.is(0.12) {
                    self.with_a_person();
                } else if self.chance.is(0.06) {
                    self.asks_for_a_person();
                } else {
                    self.episode();
                }
                self.pause(30, 400);
            }
            if self.chance.is(0.15) {
                self.closed_by_hand();
            }
            self.silence();
        }
        self.staff_at_any_time();
    }

    /// A person takes over in a quiet moment, and hands back in another.
    fn with_a_person(&mut self) {
        self.pause(60, 90);
        self.act(Act::TakeOver);
        self.pause(20, 40);
        self.episode();
        self.pause(60, 90);
        self.act(Act::HandBack);
    }

    /// The customer asks for a person, who hands back after a while.
    fn asks_for_a_person(&mut self) {
        self.some(0, 2, 500, 3_000);
        self.write(What::Person, None);
        self.at += self.chance.millis(200, 9_000);
        self.some(0, 2, 500, 3_000);
        self.pause(60, 600);
        self.act(Act::HandBack);
    }

    fn episode(&mut self) {
        match self.chance.number(0, 99) {
            0..=29 => self.some(1, 6, 0, 3_000),
            30..=49 => self.tight(2, 6),
            50..=79 => self.some(1, 3, 20_000, 400_000),
            80..=87 => self.some(8, 14, 700, 2_500),
            88..=97 => self.some(1, 1, 0, 0),
            98 => self.tight(10, 10),
            _ => self.some(60, 70, 100, 900),
        }
    }

    /// Messages with gaps of these milliseconds.
    fn some(&mut self, fewest: u64, most: u64, low: u64, high: u64) {
        for _ in 0..self.chance.number(fewest, most) {
            let what = self.what();
            self.write(what, None);
            self.at += self.chance.millis(low, high);
        }
    }

    /// Messages within three seconds, closer than the wait for quiet.
    fn tight(&mut self, fewest: u64, most: u64) {
        self.burst += 1;
        let count = self.chance.number(fewest, most);
        for _ in 0..count {
            self.write(What::Text, Some(self.burst));
            self.at += self.chance.millis(20, (3_000 / count).min(1_100));
        }
    }

    fn closed_by_hand(&mut self) {
        self.act(Act::Close);
        if self.chance.is(0.7) {
            // While the digest is under way.
            self.at += self.chance.millis(0, 4_000);
            let edit = self.edit();
            self.act(edit);
        } else {
            self.at += self.chance.millis(0, 3_000);
            let what = if self.chance.is(0.5) { What::Edit } else { What::Revoke };
            self.write(what, None);
        }
    }

    fn silence(&mut self) {
        match self.chance.number(0, 99) {
            0..=39 => self.pause(840, 990),
            40..=59 => self.pause(1_000, 4_000),
            60..=89 => self.pause(4_000, 20_000),
            90..=93 => self.pause(80_000, 110_000),
            _ => self.pause(1, 60),
        }
    }

    fn staff_at_any_time(&mut self) {
        let over = self.at.as_secs();
        if self.chance.is(0.3) {
            self.at = self.any_time(over);
            let deliveries = self.deliveries();
            self.act(Act::Echo { deliveries });
        }
        if self.calm {
            return;
        }
        for _ in 0..self.chance.number(0, 3) {
            self.at = self.any_time(over);
            match self.chance.number(0, 8) {
                0 | 1 => {
                    let edit = self.edit();
                    self.act(edit);
                }
                2 => self.act(Act::Close),
                3 => self.act(Act::Erase),
                4 | 5 => {
                    self.act(Act::Send);
                    self.at += self.chance.millis(0, 30_000);
                    self.act(Act::HandBack);
                }
                _ => {
                    self.act(Act::TakeOver);
                    let short = self.chance.is(0.5);
                    self.at += if short { self.chance.millis(0, 4_000) } else { self.chance.seconds(10, 7_200) };
                    self.act(Act::HandBack);
                }
            }
        }
    }

    /// Mostly in the seconds after a message, when a turn is under way.
    fn any_time(&mut self, over: u64) -> Duration {
        let writes: Vec<_> = self.steps.iter().map(|step| step.at).collect();
        match self.chance.one_of(&writes) {
            Some(at) if self.chance.is(0.7) => at + self.chance.millis(0, 6_000),
            _ => self.chance.seconds(0, over),
        }
    }

    /// Calls at any time: in the middle of a session, of a turn, of a digest.
    fn customer_calls(&mut self, chance: Chance) {
        self.chance = chance;
        let over = self.at.as_secs();
        for _ in 0..self.chance.number(0, 3) {
            self.at = self.any_time(over);
            let said: Vec<_> = (0..self.chance.number(0, 4)).map(|_| self.what()).collect();
            let withheld = self.chance.is(if self.customer.is_multiple_of(3) { 0.3 } else { 0.1 });
            let reports = (0..self.chance.number(1, 4)).map(|_| (self.delay(), self.telling())).collect();
            self.act(Act::Call { said, withheld, reports });
        }
    }

    /// Some get another number, once.
    fn customer_moves(&mut self, chance: Chance) {
        let over = self.steps.iter().map(|step| step.at).max().unwrap_or_default().as_secs();
        self.chance = chance;
        if self.chance.is(0.25) {
            self.at = self.any_time(over);
            self.write(What::Moved, None);
        }
    }

    /// Another application takes the conversation, in some runs, and passes it back or not.
    fn another_takes(&mut self, chance: Chance) {
        let over = self.steps.iter().map(|step| step.at).max().unwrap_or_default().as_secs();
        self.chance = chance;
        if self.calm || !self.chance.is(0.2) {
            return;
        }
        self.at = self.any_time(over);
        self.write(What::Taken, None);
        for _ in 0..self.chance.number(0, 3) {
            self.pause(2, 120);
            self.write(What::Aside, None);
        }
        if self.chance.is(0.5) {
            self.pause(2, 600);
            self.write(What::Passed, None);
        }
    }

    fn telling(&mut self) -> Telling {
        match self.chance.number(0, 9) {
            0..=5 => Telling::Transcript,
            6 | 7 => Telling::Bare,
            _ => Telling::Analyzed,
        }
    }

    fn edit(&mut self) -> Act {
        let field = if self.chance.is(0.6) { "name" } else { "city" };
        let names = if field == "name" { &NAMES[..] } else { &CITIES[..] };
        match self.chance.number(0, 4) {
            0 => Act::Edit { field, value: None },
            1 => Act::Note,
            _ => Act::Edit { field, value: self.chance.one_of(names) },
        }
    }

    fn what(&mut self) -> What {
        match self.chance.number(0, 99) {
            0..=13 => What::Name(self.chance.one_of(&NAMES).unwrap_or_default()),
            14..=27 => What::City(self.chance.one_of(&CITIES).unwrap_or_default()),
            28..=35 => What::Picture { caption: self.chance.is(0.5) },
            36..=40 => What::Reaction { own: self.chance.is(0.3), emoji: self.chance.is(0.8) },
            41..=43 => What::Edit,
            44 | 45 => What::Revoke,
            46 => What::Fresh,
            47..=52 => What::Tap { fresh: self.chance.is(0.5) },
            53..=56 => What::Quote,
            57..=68 => What::Voice,
            _ => What::Text,
        }
    }

    fn write(&mut self, what: What, burst: Option<u32>) {
        let deliveries = self.deliveries();
        self.act(Act::Write { what, deliveries, burst });
    }

    fn deliveries(&mut self) -> Vec<Duration> {
        let count = if self.chance.is(self.delivery.repeated) { self.chance.number(2, 5) } else { 1 };
        (0..count).map(|_| self.delay()).collect()
    }

    fn delay(&mut self) -> Duration {
        if self.chance.is(self.delivery.stale) {
            self.chance.seconds(41_000, 47_000)
        } else if self.chance.is(self.delivery.late) {
            self.chance.seconds(60, 7_200)
        } else if self.chance.is(self.delivery.reordered) {
            self.chance.millis(500, 12_000)
        } else {
            self.chance.millis(50, 400)
        }
    }

    fn pause(&mut self, low: u64, high: u64) {
        self.at += self.chance.seconds(low, high);
    }

    fn act(&mut self, act: Act) {
        self.steps.push(Step { at: self.at, customer: Some(self.customer), act });
    }
}
