//! Where a run takes place: whose numbers are whose, and which part of the cloud fails as a whole.

use crate::cast;
use crate::chance::Chance;
use std::time::Duration;
use zikaron_protocol::model::ids::{BusinessId, Line, ParentIds};

/// Whose customers write, and to which numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// One business with two numbers of one connection.
    #[default]
    Plain,
    /// Two businesses with connections of their own; the same people write to both.
    TwoBusinesses,
    /// One business with a number in a second portfolio, where its customers have other user ids.
    TwoPortfolios,
    /// The same, and the portfolios are linked: what comes by either names its customer by the id of both as well.
    LinkedPortfolios,
    /// One business whose second number is given to another one, at this time.
    GivenAway(Duration),
}

/// A part of the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The table as a whole.
    Table,
    /// The scheduler: no schedule is made, moved or cancelled.
    Scheduler,
    /// The rows of this customer's leads, whose partitions are throttled.
    Rows(usize),
    /// The access token: the channel sends nothing until an operator has given another.
    Token,
}

/// A part of the cloud that does not answer, from and to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outage {
    pub(crate) part: Part,
    pub(crate) from: Duration,
    pub(crate) to: Duration,
}

/// What is drawn of it before anybody writes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) outage: Option<Outage>,
    /// From this time on the state of this customer's leads cannot be read, for good: newer code wrote it.
    pub(crate) unreadable: Option<(usize, Duration)>,
    /// From this time on one message of this customer's leads cannot be read, for good.
    pub(crate) unreadable_message: Option<(usize, Duration)>,
}

impl World {
    /// Whose customers write. Its times are not known yet.
    pub(crate) fn place(chance: &mut Chance, calm: bool) -> Place {
        match chance.number(0, 99) {
            0..=69 => Place::Plain,
            70..=79 => Place::TwoBusinesses,
            80..=84 => Place::TwoPortfolios,
            85..=89 => Place::LinkedPortfolios,
            // Who gives a number away loses the answers that are on their way: that is not calm.
            _ if calm => Place::Plain,
            _ => Place::GivenAway(Duration::ZERO),
        }
    }

    /// What happens there while a scenario goes on that lasts so long.
    pub(crate) fn new(chance: &mut Chance, calm: bool, place: Place, customers: &[usize], over: Duration) -> Self {
        let any_time = |chance: &mut Chance| chance.seconds(0, over.as_secs().clamp(1, 20_000));
        let place = match place {
            Place::GivenAway(_) => Place::GivenAway(any_time(chance)),
            other => other,
        };
        if calm {
            return Self { place, ..Self::default() };
        }
        let customer = chance.one_of(customers).unwrap_or(0);
        let (dice, from) = (chance.number(0, 99), any_time(chance));
        let to = from + hours(chance);
        let outage = |part| Some(Outage { part, from, to });
        let plain = Self { place, ..Self::default() };
        match dice {
            0..=5 => Self { outage: outage(Part::Table), ..plain },
            6..=11 => Self { outage: outage(Part::Scheduler), ..plain },
            12..=17 => Self { outage: outage(Part::Rows(customer)), ..plain },
            18..=22 => Self { unreadable: Some((customer, from)), ..plain },
            23..=28 => Self { outage: outage(Part::Token), ..plain },
            29..=36 => Self { unreadable_message: Some((customer, from)), ..plain },
            _ => plain,
        }
    }

    /// Whether this part does not answer now.
    pub(crate) fn is_out(&self, now: Duration, part: impl Fn(Part) -> bool) -> bool {
        self.outage.is_some_and(|outage| part(outage.part) && outage.from <= now && now < outage.to)
    }

    /// What is parked while the store does not answer is sent back by the operator.
    pub(crate) fn is_sent_back(&self) -> bool {
        self.outage.is_some_and(|outage| outage.part != Part::Scheduler)
    }

    /// Whose rows cannot be read from some time on.
    pub(crate) fn struck(&self) -> Option<(usize, Duration)> {
        self.unreadable.or(self.unreadable_message)
    }

    /// Whose a number is at some moment between these.
    pub(crate) fn owners(&self, line: &Line, from: Duration, to: Duration) -> Vec<BusinessId> {
        let first = cast::routes().into_iter().find(|(other, _)| other == line).map(|(_, owner)| owner);
        let [_, other] = cast::businesses();
        match self.place {
            Place::GivenAway(at) if *line == cast::given_line() && at <= to => {
                first.filter(|_| from < at).into_iter().chain([other]).collect()
            }
            _ => first.into_iter().collect(),
        }
    }

    /// To which number a customer's message goes; what is no part of the conversation goes where it will stay.
    pub(crate) fn line(&self, customer: usize, number: usize, is_said: bool, now: Duration) -> Line {
        match (self.place, number % 5) {
            (Place::GivenAway(at), 4) if !is_said || at <= now => cast::line_of(customer),
            (_, 4) => cast::second_line_of(customer),
            (Place::TwoPortfolios | Place::LinkedPortfolios, 1 | 2) => cast::line_of_second_portfolio(),
            _ => cast::line_of(customer),
        }
    }

    /// By what ids of all linked portfolios a customer is named in what comes now; `moved` in the notice of a move.
    pub(crate) fn parents(&self, customer: usize, moves: usize, moved: bool) -> ParentIds {
        let parent = |moves| Some(cast::parent(customer, moves)).filter(|_| self.place == Place::LinkedPortfolios);
        ParentIds {
            now: parent(moves).flatten(),
            before: moves.checked_sub(1).filter(|_| moved).and_then(parent).flatten(),
        }
    }

    /// Whether what comes by this number may come to another business than what was said by it.
    pub(crate) fn is_given_away(&self, line: &Line) -> bool {
        matches!(self.place, Place::GivenAway(_)) && *line == cast::given_line()
    }
}

/// How long an outage lasts.
pub(crate) fn hours(chance: &mut Chance) -> Duration {
    Duration::from_secs(3_600 * chance.one_of(&[1, 1, 2, 6, 13, 30]).unwrap_or(1))
}
