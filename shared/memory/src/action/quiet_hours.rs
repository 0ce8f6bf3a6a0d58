//! The hours of a day in which a business writes to nobody and calls nobody of its own accord.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// From one time of the day to another, over midnight where the second is the earlier one; none where they are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first minute, `HH:MM`.
    #[serde(with = "minutes")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub from: Time,
    /// The minute after the last, `HH:MM`.
    #[serde(with = "minutes")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub until: Time,
}

/// From eight in the evening to eight in the morning.
impl Default for QuietHours {
    fn default() -> Self {
        Self { from: Time::constant(20, 0, 0, 0), until: Time::constant(8, 0, 0, 0) }
    }
}

impl QuietHours {
    /// No hour is quiet.
    #[must_use]
    pub fn never() -> Self {
        Self { from: Time::midnight(), until: Time::midnight() }
    }

    /// Whether this time of the day is quiet.
    #[must_use]
    pub fn holds(&self, time: Time) -> bool {
        let Self { from, until } = *self;
        if from <= until { from <= time && time < until } else { from <= time || time < until }
    }
}

mod minutes {
    use jiff::civil::Time;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &Time, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&time.strftime("%H:%M"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
        let text = String::deserialize(from)?;
        Time::strptime("%H:%M", &text).map_err(|_| D::Error::custom("a time of the day is written as HH:MM"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_hours_and_minutes_and_held_over_midnight() {
        let night: QuietHours = serde_json::from_str(r#"{"from": "20:00", "until": "08:00"}"#).unwrap();
        assert_eq!(night, QuietHours::default());
        assert_eq!(serde_json::to_string(&night).unwrap(), r#"{"from":"20:00","until":"08:00"}"#);
        assert!(serde_json::from_str::<QuietHours>(r#"{"from": "8pm", "until": "08:00"}"#).is_err());
        let time = |hour, minute| Time::constant(hour, minute, 0, 0);
        assert!(night.holds(time(20, 0)) && night.holds(time(0, 0)) && night.holds(time(7, 59)));
        assert!(!night.holds(time(8, 0)) && !night.holds(time(19, 59)));
        assert!(!QuietHours::never().holds(time(0, 0)));
    }
}
