//! What people do in a run: customers write in bursts and pauses, staff edit and take over, webhooks come as they do.

use crate::chance::Chance;
use crate::plan::Delivery;
use std::time::Duration;

/// Something somebody does, at a time since the beginning of the run.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at: Duration,
    /// Whom it is about; none: the business.
    pub(crate) customer: Option<usize>,
    pub(crate) act: Act,
}

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// The customer writes; the webhook comes after each of these times.
    Write {
        what: What,
        deliveries: Vec<Duration>,
        /// The messages of one number follow each other so fast that one answer is due to all.
        burst: Option<u32>,
    },
    /// A person of the business writes from the phone app, and the channel echoes it.
    Echo { deliveries: Vec<Duration> },
    /// The customer calls, and this is what he says; the reports of the call come after each of these times.
    Call { said: Vec<What>, withheld: bool, reports: Vec<(Duration, Telling)> },
    /// Staff enter a value, or delete the field.
    Edit { field: &'static str, value: Option<&'static str> },
    /// Staff add a note.
    Note,
    /// A person answers from now on.
    TakeOver,
    /// The AI answers again.
    HandBack,
    /// Staff close the session.
    Close,
    /// A person writes, and so takes over.
    Send,
    /// Everything about the customer is erased.
    Erase,
    /// The memory is switched on or off.
    Switch(bool),
}

/// What a report of a call tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Telling {
    /// What was said.
    Transcript,
    /// That it took place: the transcript is not ready yet.
    Bare,
    /// What was said, with another time and a summary of the provider's.
    Analyzed,
}

/// What a customer writes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    /// Something that says nothing of him.
    Text,
    /// His name.
    Name(&'static str),
    /// His city.
    City(&'static str),
    /// A picture, with a caption or without.
    Picture { caption: bool },
    /// A reaction to the last answer or to a message of his own, or its taking back: nothing to answer.
    Reaction { own: bool, emoji: bool },
    /// Other words for a message of his, one of the last; words where there was none.
    Edit,
    /// A message of his, one of the last, is taken back; words where there was none.
    Revoke,
    /// The wish for a person.
    Person,
    /// The words that start afresh.
    Fresh,
    /// A tap on a button of the last question; words where there was none.
    Tap { fresh: bool },
    /// A reply that quotes the last question; words where there was none.
    Quote,
    /// The notice that he has another number, and another user id, from now on.
    Moved,
}

/// What becomes of the switch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Switch {
    /// It stays as it is.
    On,
    /// It is moved to and fro.
    Toggled,
}

impl What {
    /// Whether it is part of what is said.
    pub(crate) fn is_said(self) -> bool {
        !matches!(self, Self::Reaction { .. } | Self::Edit | Self::Revoke | Self::Moved)
    }
}

impl Step {
    /// When the last of it has happened.
    pub(crate) fn over(&self) -> Duration {
        match &self.act {
            Act::Write { deliveries, .. } | Act::Echo { deliveries } => {
                self.at + deliveries.iter().max().copied().unwrap_or_default()
            }
            Act::Call { reports, .. } => self.at + reports.iter().map(|(after, _)| *after).max().unwrap_or_default(),
            _ => self.at,
        }
    }
}

const NAMES: [&str; 6] = ["דנה", "יוסי", "נועה", "איתי", "מיכל", "Dana"];
const CITIES: [&str; 5] = ["חיפה", "אילת", "נתניה", "ירושלים", "Acre"];

/// All steps of a run, in order of time.
pub(crate) fn steps(seed: u64, customers: usize, calm: bool, delivery: Delivery, switch: Switch) -> Vec<Step> {
    let mut steps = Vec::new();
    for customer in 0..customers {
        let part = 100 + u64::try_from(customer).unwrap_or(0);
        let mut writer = Writer {
            chance: Chance::new(seed, part),
            customer,
            calm,
            delivery,
            at: Duration::ZERO,
            burst: 0,
            steps: Vec::new(),
        };
        writer.customer_writes();
        writer.customer_calls(Chance::new(seed, 200 + part));
        writer.customer_moves(Chance::new(seed, 300 + part));
        steps.append(&mut writer.steps);
    }
    if switch == Switch::Toggled {
        let mut chance = Chance::new(seed, 50);
        let end = steps.iter().map(|step| step.at).max().unwrap_or_default().as_secs();
        let moves = (0..chance.number(0, 3)).map(|n| Step {
            at: chance.seconds(0, end),
            customer: None,
            act: Act::Switch(n % 2 == 0),
        });
        let moves: Vec<_> = moves.collect();
        steps.extend(moves);
    }
    steps.sort_by_key(|step| step.at);
    steps
}

struct Writer {
    chance: Chance,
    customer: usize,
    calm: bool,
    delivery: Delivery,
    at: Duration,
    burst: u32,
    steps: Vec<Step>,
}

impl Writer {
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

    /// Messages within three seconds.
    fn tight(&mut self, fewest: u64, most: u64) {
        self.burst += 1;
        let count = self.chance.number(fewest, most);
        for _ in 0..count {
            self.write(What::Text, Some(self.burst));
            self.at += self.chance.millis(20, 3_000 / count);
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
        // A source of its own: the messages of a seed are the same with and without calls.
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
