//! Memory that ages (docs/rules.md#k): how far a value may be relied on, as a function of the profile and the time alone.
//! Nothing of it is stored, and nothing is deleted by age: what is said again is as good as new.

use crate::field::{FieldList, FieldSpec};
use crate::items;
use crate::profile::{Candidate, Field, Profile, Source};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;

/// How far a value may be relied on; time only moves it on to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// As it was said.
    Fresh,
    /// Its shelf life is over: still shown, with its day, and to be confirmed.
    Stale,
    /// The end has come that the customer gave it: not shown to the AI.
    Over,
}

/// How old a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// What that means.
    pub freshness: Freshness,
    /// When it was last said; of a list, when the item was that was not said again for longest.
    pub said_at: Timestamp,
    /// From when on it is not so any more, where the customer said so; of a list, of the next item that goes.
    pub valid_until: Option<Timestamp>,
}

impl Age {
    fn new(spec: &FieldSpec, source: Source, (said_at, end): (Timestamp, Option<Timestamp>), now: Timestamp) -> Self {
        if source == Source::Manual && !spec.manual_ages {
            return Self { freshness: Freshness::Fresh, said_at, valid_until: None };
        }
        let is_past = |life: SignedDuration| now.duration_since(said_at) >= life;
        let freshness = match end {
            Some(end) if end <= now => Freshness::Over,
            _ if spec.shelf_life().is_some_and(is_past) => Freshness::Stale,
            _ => Freshness::Fresh,
        };
        Self { freshness, said_at, valid_until: end }
    }

    /// Of a value with these items: as old as the oldest of them, and to be confirmed where one of them is.
    fn of_all(ages: &[Self]) -> Option<Self> {
        let said_at = ages.iter().map(|age| age.said_at).min()?;
        let all = |freshness: Freshness| ages.iter().all(|age| age.freshness == freshness);
        let ends = |over: bool| {
            let ends = ages.iter().filter(move |age| (age.freshness == Freshness::Over) == over);
            ends.filter_map(|age| age.valid_until)
        };
        Some(if all(Freshness::Over) {
            Self { freshness: Freshness::Over, said_at, valid_until: ends(true).max() }
        } else {
            let freshness = if all(Freshness::Fresh) { Freshness::Fresh } else { Freshness::Stale };
            Self { freshness, said_at, valid_until: ends(false).min() }
        })
    }

    /// Whole days since it was last said; none of what is still to come.
    #[must_use]
    pub fn days(&self, now: Timestamp) -> i64 {
        (now.duration_since(self.said_at).as_hours() / 24).max(0)
    }
}

impl Field {
    /// How old what stands is at `now`; none where nothing stands.
    #[must_use]
    pub fn age(&self, spec: &FieldSpec, now: Timestamp) -> Option<Age> {
        let ages: Vec<Age> = self.items_with_age(spec, now).map(|(_, age)| age).collect();
        Age::of_all(&ages)
    }

    /// What of it the AI is shown at `now`, and how old that is: all but what is over. None where that is nothing.
    #[must_use]
    pub fn current(&self, spec: &FieldSpec, now: Timestamp) -> Option<(Cow<'_, str>, Age)> {
        let value = self.value()?;
        if self.is_surely_fresh(spec, now) {
            let age = Age { freshness: Freshness::Fresh, said_at: self.updated_at(), valid_until: None };
            return Some((Cow::Borrowed(value), age));
        }
        let (items, ages): (Vec<&str>, Vec<Age>) = self.items_with_age(spec, now).unzip();
        let age = Age::of_all(&ages).filter(|age| age.freshness != Freshness::Over)?;
        if ages.iter().all(|age| age.freshness != Freshness::Over) {
            return Some((Cow::Borrowed(value), age));
        }
        let left = items.iter().zip(&ages).filter(|(_, age)| age.freshness != Freshness::Over);
        Some((Cow::Owned(left.map(|(item, _)| *item).collect::<Vec<_>>().join(", ")), age))
    }

    /// Whether nothing of it can have aged, without a look at the words: before every answer that is enough of most.
    fn is_surely_fresh(&self, spec: &FieldSpec, now: Timestamp) -> bool {
        let has_end = || self.candidates().iter().any(|said| said.valid_until.is_some());
        let may_be_stale =
            || spec.shelf_life().is_some_and(|life| spec.list || now.duration_since(self.updated_at()) >= life);
        (self.source() == Source::Manual && !spec.manual_ages) || !(has_end() || may_be_stale())
    }

    /// The items of what stands, each as old as the newest evidence for it; a value that is no list is one item.
    fn items_with_age<'a>(&'a self, spec: &'a FieldSpec, now: Timestamp) -> impl Iterator<Item = (&'a str, Age)> {
        let items = self.value().into_iter().flat_map(|value| items::split(spec, value)).map(str::trim);
        items.map(move |item| (item, Age::new(spec, self.source(), self.evidence(spec, item), now)))
    }

    /// When an item was last said, and the end it was then given: in the newest conversation that speaks of it, for who
    /// says it again without an end takes the end back. An end that was past when it was said again is none.
    fn evidence(&self, spec: &FieldSpec, item: &str) -> (Timestamp, Option<Timestamp>) {
        let key = items::key(spec, item);
        let says = |said: &&Candidate| items::items(spec, said.value.as_deref()).contains(&key);
        let Some(newest) = self.candidates().iter().rev().find(says) else {
            // Of a list, so long ago that the evidence is not kept; or written by another system.
            let oldest = self.candidates().first().map_or(self.updated_at(), |first| first.at);
            return (oldest.min(self.updated_at()), None);
        };
        let same = self.candidates().iter().rev().filter(|said| said.session == newest.session).filter(says);
        let end = same.filter_map(|said| said.valid_until).find(|end| *end > newest.at);
        (newest.at, end)
    }
}

impl Profile {
    /// The profile as an AI may be shown it at `now`: without what is over.
    #[must_use]
    pub fn as_of(&self, fields: &FieldList, now: Timestamp) -> Self {
        let mut left = self.clone();
        for spec in fields {
            if let Some(field) = left.0.get_mut(&spec.name) {
                field.value = field.current(spec, now).map(|(value, _)| value.into_owned());
            }
        }
        left
    }

    /// The fields whose value is to be confirmed: those that are stale at `now`, in the order they are shown.
    #[must_use]
    pub fn to_confirm<'a>(&self, fields: &'a FieldList, now: Timestamp) -> Vec<&'a str> {
        let is_stale = |spec: &&FieldSpec| {
            let current = self.get(&spec.name).and_then(|field| field.current(spec, now));
            current.is_some_and(|(_, age)| age.freshness == Freshness::Stale)
        };
        fields.iter().filter(is_stale).map(|spec| spec.name.as_str()).collect()
    }

    /// [`Profile::to_public_json`] with how old each value is at `now`: its `state`, when it was last said (`said_at`),
    /// whole days since (`age_days`), and `valid_until` where the customer gave it an end.
    #[must_use]
    pub fn to_public_json_at(&self, fields: &FieldList, now: Timestamp) -> Value {
        let mut shown = self.to_public_json();
        for (spec, age) in fields.iter().filter_map(|spec| Some((spec, self.get(&spec.name)?.age(spec, now)?))) {
            let Some(field) = shown.get_mut(&spec.name) else { continue };
            field["state"] = json!(age.freshness);
            field["said_at"] = json!(age.said_at);
            field["age_days"] = json!(age.days(now));
            if let Some(end) = age.valid_until {
                field["valid_until"] = json!(end);
            }
        }
        shown
    }
}
