//! What a seed decides before the run: who misbehaves, how often, and whose clock is wrong.

use crate::cast;
use crate::chance::Chance;
use crate::scenario::{self, Delivery, Step, Switch};
use crate::words::DISCLOSURE;
use crate::world::{self, Place, World};
use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use std::time::Duration;
use zikaron_memory::action::means::{CallerSpec, TemplateSpec, WORDS};
use zikaron_memory::action::quiet_days::QuietDay;
use zikaron_memory::action::quiet_hours::QuietHours;
use zikaron_memory::country::Country;
use zikaron_memory::settings::{AskNumber, ResumePrompt, Settings};

/// How much of a seed is run: for looking at a failure in the small.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Only this customer; none: all.
    pub only: Option<usize>,
    /// So many steps of the scenario.
    pub steps: usize,
    /// So many faults.
    pub faults: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { only: None, steps: usize::MAX, faults: u64::MAX }
    }
}

/// How often each thing goes wrong, as probabilities.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rates {
    /// A call of a port fails, before or after its effect.
    pub(crate) fail: f64,
    /// The process dies at a call, before or after its effect.
    pub(crate) die: f64,
    /// A call takes seconds.
    pub(crate) slow: f64,
    /// The model fails or answers nothing usable.
    pub(crate) model: f64,
    /// A voice note or a picture is gone, the transcriber fails, or the endpoint does not take pictures.
    pub(crate) voice: f64,
    /// The channel accepts and its answer is lost.
    pub(crate) lost: f64,
    /// The channel answers 5xx and accepted nothing.
    pub(crate) broken: f64,
    /// The channel takes seconds to accept.
    pub(crate) late_accept: f64,
    /// The channel refuses for now.
    pub(crate) busy: f64,
    /// The channel refuses for good.
    pub(crate) refused: f64,
    /// No status comes at all.
    pub(crate) silent: f64,
    /// A status comes minutes or hours late.
    pub(crate) late_status: f64,
    /// A status comes twice.
    pub(crate) twice_status: f64,
    /// What was accepted is not delivered.
    pub(crate) undelivered: f64,
    /// A schedule fires early.
    pub(crate) early: f64,
    /// A schedule fires twice.
    pub(crate) twice: f64,
    /// A schedule fires hours late.
    pub(crate) late: f64,
    /// A schedule never fires.
    pub(crate) never: f64,
    /// The bus delivers late or twice.
    pub(crate) bus: f64,
}

impl Rates {
    fn new(chance: &mut Chance) -> Self {
        Self {
            fail: chance.rate(&[0.002, 0.01, 0.05]),
            die: chance.rate(&[0.001, 0.005, 0.02]),
            slow: chance.rate(&[0.01, 0.05]),
            model: chance.rate(&[0.05, 0.4]),
            voice: chance.rate(&[0.05, 0.3]),
            lost: chance.rate(&[0.05, 0.3]),
            broken: chance.rate(&[0.05, 0.2]),
            late_accept: chance.rate(&[0.1, 0.5]),
            busy: chance.rate(&[0.05, 0.3]),
            refused: chance.rate(&[0.05, 0.2]),
            silent: chance.rate(&[0.1, 0.5, 1.0]),
            late_status: chance.rate(&[0.1, 0.4]),
            twice_status: chance.rate(&[0.2]),
            undelivered: chance.rate(&[0.05, 0.2]),
            early: chance.rate(&[0.1, 0.4]),
            twice: chance.rate(&[0.2, 0.6]),
            late: chance.rate(&[0.1, 0.3]),
            never: chance.rate(&[0.1, 0.5]),
            bus: chance.rate(&[0.05, 0.3]),
        }
    }
}

/// Everything a seed decides.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Nothing fails, no clock is wrong: what is promised in time must come in time.
    pub(crate) calm: bool,
    /// By how many milliseconds the clocks of the instances are off; one is drawn for each.
    pub(crate) skews: Vec<i64>,
    pub(crate) rates: Rates,
    pub(crate) world: World,
    /// The model answers nothing at all from and to.
    pub(crate) dead_model: Option<(Duration, Duration)>,
    pub(crate) settings: Settings,
    /// The memory is on from the beginning to the end.
    pub(crate) remembers: bool,
    pub(crate) steps: Vec<Step>,
    pub(crate) limits: Limits,
    /// How many sessions a sweep looks at: mostly all, at times fewer than there are.
    pub(crate) swept_most: usize,
    /// When the scenario is over and the faults stop.
    pub(crate) ends: Duration,
}

impl Plan {
    pub(crate) fn new(seed: u64, limits: Limits) -> Self {
        let mut chance = Chance::new(seed, 1);
        let calm = chance.is(0.3);
        let rates = if calm { Rates::default() } else { Rates::new(&mut chance) };
        let delivery = Delivery {
            repeated: chance.rate(&[0.1, 0.4]),
            reordered: if calm { 0.0 } else { chance.rate(&[0.1, 0.3]) },
            late: if calm { 0.0 } else { chance.rate(&[0.05, 0.15]) },
            stale: if calm { 0.0 } else { chance.rate(&[0.03, 0.1]) },
        };
        let switch = if chance.is(0.85) { Switch::On } else { Switch::Toggled };
        let people = usize::try_from(chance.number(1, 3)).unwrap_or(1);
        // A source of its own: what people do is the same whatever world they are in.
        let mut of_world = Chance::new(seed, 3);
        let place = World::place(&mut of_world, calm);
        let customers = cast::customers(people, place == Place::TwoBusinesses);
        let mut steps = scenario::steps(seed, &customers, calm, delivery, switch);
        steps.retain(|step| limits.only.is_none_or(|only| step.customer.is_none_or(|of| of == only)));
        steps.truncate(limits.steps);
        let ends = steps.iter().map(Step::over).max().unwrap_or_default() + Duration::from_secs(60);
        let world = World::new(&mut of_world, calm, place, &customers, ends);
        let dead_model = (!calm && chance.is(0.25)).then(|| {
            let from = chance.seconds(0, ends.as_secs().min(20_000));
            (from, from + world::hours(&mut of_world))
        });
        let over = dead_model.into_iter().chain(world.outage.map(|outage| (outage.from, outage.to)));
        let ends = over.fold(ends, |ends, (_, to)| ends.max(to));
        Self {
            seed,
            calm,
            skews: skews(&mut chance, calm),
            rates,
            world,
            dead_model,
            remembers: matches!(switch, Switch::On),
            settings: with_actions(&mut Chance::new(seed, 4), settings(&mut chance, switch)),
            steps,
            limits,
            swept_most: chance.one_of(&[1, 2, 250, 250]).unwrap_or(250),
            ends,
        }
    }
}

/// In most runs every clock is right. Two instances differ by at most five minutes, which is what the protocol
/// allows for, and each from the truth by as much.
fn skews(chance: &mut Chance, calm: bool) -> Vec<i64> {
    if calm || chance.is(0.6) {
        return vec![0];
    }
    let width = chance.one_of(&[2_000_u64, 60_000, 300_000]).unwrap_or(0);
    let low = i64::try_from(chance.number(0, width)).unwrap_or(0);
    (0..3).map(|_| i64::try_from(chance.number(0, width)).unwrap_or(0) - low).collect()
}

fn settings(chance: &mut Chance, switch: Switch) -> Settings {
    Settings {
        enable_customer_service: matches!(switch, Switch::On) || chance.is(0.5),
        disclose_ai: chance.is(0.5),
        disclosure: DISCLOSURE.to_owned(),
        ask_number: chance.one_of(&[AskNumber::Never, AskNumber::Handover, AskNumber::Booking]).unwrap_or_default(),
        ask_early: chance.is(0.8),
        step_back_minutes: chance.one_of(&[0, 5, 60]).unwrap_or(60),
        resume_prompt: if chance.is(0.8) { ResumePrompt::Buttons } else { ResumePrompt::Text },
        country: Country::parse("IL").ok(),
        transcription_model: if chance.is(0.8) { "whisper".to_owned() } else { String::new() },
        sees_images: chance.is(0.8),
        ..Settings::default()
    }
}

/// Most have things done for their customers, in one part of the day or the whole of it; some keep a day of rest, and half
/// have a template for who has not written for a day.
fn with_actions(chance: &mut Chance, settings: Settings) -> Settings {
    let hours = |from, until| QuietHours { from: Time::constant(from, 0, 0, 0), until: Time::constant(until, 0, 0, 0) };
    let quiet = [QuietHours::never(), QuietHours::default(), hours(17, 18), hours(22, 2)];
    Settings {
        enable_actions: chance.is(0.9),
        quiet_hours: chance.one_of(&quiet).unwrap_or_default(),
        caller: chance.is(0.8).then(|| CallerSpec {
            connection: cast::calling_line().connection.to_string(),
            agent: cast::calling_line().number.to_string(),
            number: "phone".to_owned(),
        }),
        // The runs begin on a feast, and on a Monday afternoon.
        quiet_days: Some(match chance.number(0, 9) {
            0 => vec![QuietDay::Weekly(Weekday::Monday)],
            1 => vec![QuietDay::Weekly(Weekday::Tuesday)],
            _ => Vec::new(),
        }),
        templates: if chance.is(0.5) { vec![template()] } else { Vec::new() },
        ..settings
    }
}

fn template() -> TemplateSpec {
    TemplateSpec {
        name: "visit_reminder".to_owned(),
        language: "he".to_owned(),
        text: "היי, {{1}}".to_owned(),
        parameters: vec![WORDS.to_owned()],
    }
}

impl Plan {
    /// Whether the business keeps a day of rest; those that a seed draws are days of the week.
    pub(crate) fn rests(&self) -> bool {
        self.settings.quiet_days().iter().any(|day| matches!(day, QuietDay::Weekly(_)))
    }

    /// Whether nobody is to be written to or called at this moment, reckoned anew.
    pub(crate) fn is_quiet(&self, at: Timestamp) -> bool {
        let local = self.settings.zone().at(at);
        let is_today = |day: &QuietDay| matches!(day, QuietDay::Weekly(weekday) if *weekday == local.weekday());
        self.settings.quiet_days().iter().any(is_today) || self.settings.quiet_hours.holds(local.time())
    }

    /// The same where calls fail and processes die so often.
    pub(crate) fn with_faults(self, fail: f64, die: f64) -> Self {
        Self { calm: false, rates: Rates { fail, die, slow: 0.05, ..Rates::default() }, ..self }
    }
}

/// Settings off or toggled: for a run whose scenario is made by hand.
pub(crate) fn by_hand(seed: u64, steps: Vec<Step>, dead_model: Option<(Duration, Duration)>) -> Plan {
    let ends = steps.iter().map(Step::over).max().unwrap_or_default() + Duration::from_secs(60);
    Plan {
        seed,
        calm: dead_model.is_none(),
        skews: vec![0],
        rates: Rates::default(),
        world: World::default(),
        dead_model,
        settings: Settings { enable_customer_service: true, disclose_ai: false, ..Settings::default() },
        remembers: true,
        steps,
        limits: Limits::default(),
        swept_most: 250,
        ends: dead_model.map_or(ends, |(_, to)| ends.max(to)),
    }
}

/// The same at another place.
pub(crate) fn in_world(plan: Plan, place: Place) -> Plan {
    Plan { world: World { place, ..plan.world }, ..plan }
}
