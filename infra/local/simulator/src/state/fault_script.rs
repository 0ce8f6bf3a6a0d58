//! How a test wants WhatsApp to fail towards one customer.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Faults to come, each used for one send, in this order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultScript {
    /// The customer: digits of the phone number, or the user id.
    pub to: String,
    /// What happens to the next messages to them.
    pub steps: Vec<FaultStep>,
}

/// What happens to one send. By default nothing unusual does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultStep {
    /// Whether the message reaches the customer, whatever the sender is told.
    pub accept: bool,
    /// The connection breaks in place of an answer.
    pub cut: bool,
    /// The HTTP status of an error that is answered.
    pub status: Option<u16>,
    /// Meta's code in that error.
    pub code: i64,
    /// How long the answer takes, in milliseconds.
    pub delay_ms: u64,
    /// The statuses that follow, in this order; the connection's if none are given.
    pub statuses: Option<Vec<String>>,
    /// By how much the statuses are late, in milliseconds.
    pub statuses_delay_ms: u64,
}

impl Default for FaultStep {
    fn default() -> Self {
        Self { accept: true, cut: false, status: None, code: 1, delay_ms: 0, statuses: None, statuses_delay_ms: 0 }
    }
}

impl FaultStep {
    /// The statuses that follow the message, where `usual` are those of its connection.
    pub(crate) fn statuses(&self, usual: &[String]) -> Vec<String> {
        self.statuses.clone().unwrap_or_else(|| usual.to_vec())
    }
}

/// Steps that still wait for their send, each with its customer.
#[derive(Default)]
pub(crate) struct FaultQueue(VecDeque<(String, FaultStep)>);

impl FaultQueue {
    pub(crate) fn add(&mut self, script: FaultScript) {
        self.0.extend(script.steps.into_iter().map(|step| (script.to.clone(), step)));
    }

    /// What happens to the next send to this customer.
    pub(crate) fn take(&mut self, to: &str) -> Option<FaultStep> {
        let place = self.0.iter().position(|(customer, _)| customer == to)?;
        self.0.remove(place).map(|(_, step)| step)
    }

    /// The steps that still wait: those of one customer, or all.
    pub(crate) fn waiting(&self, to: Option<&str>) -> Vec<FaultStep> {
        let wanted = |customer: &str| to.is_none_or(|to| to == customer);
        self.0.iter().filter(|(customer, _)| wanted(customer)).map(|(_, step)| step.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_is_used_once_and_only_for_its_customer() {
        let script = json!({"to": "972555000001", "steps": [{"status": 500}, {"cut": true, "accept": false}]});
        let mut queue = FaultQueue::default();
        queue.add(serde_json::from_value(script).unwrap());
        assert_eq!(queue.take("972555000002"), None);
        assert!(queue.take("972555000001").is_some_and(|step| step.status == Some(500) && step.accept));
        assert!(queue.take("972555000001").is_some_and(|step| step.cut && !step.accept));
        assert_eq!(queue.take("972555000001"), None);
        assert!(serde_json::from_value::<FaultStep>(json!({"oops": 1})).is_err());
    }
}
