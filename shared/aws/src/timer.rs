//! One-shot schedules on EventBridge Scheduler that delete themselves: the idle timer, and retries of webhooks.

use crate::config::TimerConfig;
use crate::sdk::LazyClient;
use crate::unavailable::unavailable;
use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::error::SdkError;
use aws_sdk_scheduler::operation::create_schedule::CreateScheduleError;
use aws_sdk_scheduler::operation::delete_schedule::DeleteScheduleError;
use aws_sdk_scheduler::operation::update_schedule::UpdateScheduleError;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, Target,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::time::Duration;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::webhook::DeliveryDue;
use zikaron_protocol::ports::{DeliveryTimer, IdleTimer, Schedules, Unavailable};

/// An update soon after the creation answers a conflict; so often it is tried, 100, 200 and 300 ms apart.
const TRIES: u32 = 4;
/// For how long, and how often, the scheduler tries to deliver a fire: the summarizer verifies it whenever it comes
/// (<https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html>).
const MAX_AGE_SECONDS: i32 = 3_600;
const MAX_RETRIES: i32 = 10;

/// The schedules of a stack.
#[derive(Debug)]
pub struct Timer {
    client: LazyClient<Client>,
    config: TimerConfig,
}

/// What a call ended in that another call can mend.
enum Tried {
    Done,
    /// Create found one, update found none.
    Other,
}

impl Timer {
    /// The schedules of the configured group.
    #[must_use]
    pub fn new(client: impl Into<LazyClient<Client>>, config: TimerConfig) -> Self {
        Self { client: client.into(), config }
    }

    fn target<I: Serialize>(&self, input: &I) -> Result<Target, Unavailable> {
        let malformed = |reason: String| Unavailable { what: "CreateSchedule", reason };
        Target::builder()
            .arn(&self.config.target_arn)
            .role_arn(&self.config.role_arn)
            .input(serde_json::to_string(input).map_err(|error| malformed(error.to_string()))?)
            .retry_policy(
                RetryPolicy::builder()
                    .maximum_event_age_in_seconds(MAX_AGE_SECONDS)
                    .maximum_retry_attempts(MAX_RETRIES)
                    .build(),
            )
            .dead_letter_config(DeadLetterConfig::builder().arn(&self.config.failure_queue_arn).build())
            .build()
            .map_err(|error| malformed(error.to_string()))
    }

    async fn create<I: Serialize>(&self, name: &str, input: &I, at: &str) -> Result<Tried, Unavailable> {
        let request = self
            .client
            .create_schedule()
            .name(name)
            .group_name(&self.config.group)
            .schedule_expression(at)
            .flexible_time_window(exactly()?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(self.target(input)?);
        match request.send().await {
            Ok(_) => Ok(Tried::Done),
            Err(SdkError::ServiceError(error)) if matches!(error.err(), CreateScheduleError::ConflictException(_)) => {
                Ok(Tried::Other)
            }
            Err(error) => Err(unavailable("CreateSchedule", &error)),
        }
    }

    async fn update<I: Serialize>(&self, name: &str, input: &I, at: &str) -> Result<Tried, Unavailable> {
        for attempt in 1..=TRIES {
            // An update replaces everything: what is left out would be reset.
            let request = self
                .client
                .update_schedule()
                .name(name)
                .group_name(&self.config.group)
                .schedule_expression(at)
                .flexible_time_window(exactly()?)
                .action_after_completion(ActionAfterCompletion::Delete)
                .target(self.target(input)?);
            let Err(error) = request.send().await else { return Ok(Tried::Done) };
            match error.as_service_error() {
                Some(UpdateScheduleError::ResourceNotFoundException(_)) => return Ok(Tried::Other),
                Some(UpdateScheduleError::ConflictException(_)) if attempt < TRIES => {
                    tokio::time::sleep(Duration::from_millis(100) * attempt).await;
                }
                _ => return Err(unavailable("UpdateSchedule", &error)),
            }
        }
        Err(Unavailable { what: "UpdateSchedule", reason: "ConflictException".to_owned() })
    }

    /// Makes the schedule; one of this name that stands is moved.
    async fn make<I: Serialize>(&self, name: &str, input: &I, at: Timestamp) -> Result<(), Unavailable> {
        let at = expression(at);
        match self.create(name, input, &at).await? {
            Tried::Done => Ok(()),
            Tried::Other => gone_meanwhile(self.update(name, input, &at).await?),
        }
    }
}

impl IdleTimer for Timer {
    async fn start(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.make(&name(fire), fire, at).await
    }

    async fn restart(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        let (name, at) = (name(fire), expression(at));
        match self.update(&name, fire, &at).await? {
            Tried::Done => Ok(()),
            Tried::Other => gone_meanwhile(self.create(&name, fire, &at).await?),
        }
    }
}

/// Retries of what was posted to webhooks.
#[derive(Debug)]
pub struct RetryTimer(Timer);

impl RetryTimer {
    /// Schedules of this timer's group, for the function it names.
    #[must_use]
    pub fn new(timer: Timer) -> Self {
        Self(timer)
    }
}

impl DeliveryTimer for RetryTimer {
    async fn start(&self, due: &DeliveryDue, at: Timestamp) -> Result<(), Unavailable> {
        self.0.make(&retry_name(due), due, at).await
    }
}

/// A schedule that was there and is not, or the other way round: it fired between the two requests. The caller says so,
/// and the sweep finds the session.
fn gone_meanwhile(second: Tried) -> Result<(), Unavailable> {
    match second {
        Tried::Done => Ok(()),
        Tried::Other => {
            Err(Unavailable { what: "schedule", reason: "it came or went between two requests".to_owned() })
        }
    }
}

/// Takes the schedules of a stack away.
#[derive(Debug)]
pub struct Cancellation {
    client: LazyClient<Client>,
    group: String,
}

impl Cancellation {
    /// The schedules of this group.
    #[must_use]
    pub fn new(client: impl Into<LazyClient<Client>>, group: String) -> Self {
        Self { client: client.into(), group }
    }
}

impl Schedules for Cancellation {
    async fn cancel(&self, fire: &TimerFired) -> Result<bool, Unavailable> {
        match self.client.delete_schedule().group_name(&self.group).name(name(fire)).send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(DeleteScheduleError::ResourceNotFoundException(_)) => Ok(false),
                _ => Err(unavailable("DeleteSchedule", &error)),
            },
        }
    }
}

fn exactly() -> Result<FlexibleTimeWindow, Unavailable> {
    FlexibleTimeWindow::builder()
        .mode(FlexibleTimeWindowMode::Off)
        .build()
        .map_err(|error| Unavailable { what: "CreateSchedule", reason: error.to_string() })
}

/// The scheduler takes whole seconds and fires within the minute after
/// (<https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html>): rounding up never fires early.
fn expression(at: Timestamp) -> String {
    let second = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    let at = Timestamp::from_second(second).unwrap_or(at).to_zoned(TimeZone::UTC);
    format!("at({})", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// The schedule's name: a hash, so that it says nothing about whom; one per lead, session and generation. At most 64
/// characters (<https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html>).
#[must_use]
pub fn name(fire: &TimerFired) -> String {
    let mut hash = hashed_parts(&[fire.key.business.as_str(), fire.key.lead.as_str(), fire.session.as_str()]);
    hash.update(fire.generation.to_be_bytes());
    shown("idle", hash)
}

/// The name of a retry's schedule: one for each write of a delivery, so that none is made under the name of one that
/// is just firing and will delete itself.
#[must_use]
pub fn retry_name(due: &DeliveryDue) -> String {
    let parts = [due.business.as_str(), due.delivery.as_str(), &due.version.to_string()];
    shown("retry", hashed_parts(&parts))
}

fn hashed_parts(parts: &[&str]) -> Sha256 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash
}

fn shown(kind: &str, hash: Sha256) -> String {
    format!("{kind}-{}", hex::encode(&hash.finalize()[..20]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdk;
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, ResponseTemplate};
    use zikaron_memory::session::SessionId;
    use zikaron_protocol::model::ids::BusinessId;
    use zikaron_protocol::model::ids::LeadId;
    use zikaron_protocol::model::ids::LeadKey;
    use zikaron_protocol::model::webhook::DeliveryId;

    #[test]
    fn a_schedule_is_for_a_whole_second_and_never_early() {
        let at = |text: &str| expression(text.parse().unwrap());
        assert_eq!(at("2026-11-22T10:00:00Z"), "at(2026-11-22T10:00:00)");
        assert_eq!(at("2026-11-22T10:00:00.001Z"), "at(2026-11-22T10:00:01)");
        assert_eq!(at("2026-12-31T23:59:59.5Z"), "at(2027-01-01T00:00:00)");
    }

    #[test]
    fn what_staff_ask_for_again_has_schedules_of_its_own() {
        let due = |version| DeliveryDue {
            business: BusinessId::parse("salon").unwrap(),
            delivery: DeliveryId::parse("msg_1").unwrap(),
            version,
        };
        assert_eq!(retry_name(&due(2)), retry_name(&due(2)));
        assert_ne!(retry_name(&due(2)), retry_name(&due(4)));
    }

    fn fire(generation: u32) -> TimerFired {
        TimerFired {
            key: LeadKey { business: BusinessId::parse("salon").unwrap(), lead: LeadId::parse("lead").unwrap() },
            session: SessionId::new("session"),
            generation,
        }
    }

    /// A timer whose creates (POST) and updates (PUT) end so.
    async fn timer(created: ResponseTemplate, updated: ResponseTemplate) -> (Timer, MockServer) {
        let server = MockServer::start().await;
        for (verb, answer) in [("POST", created), ("PUT", updated)] {
            Mock::given(method(verb)).respond_with(answer).expect(1).mount(&server).await;
        }
        let arn = |kind: &str| format!("arn:aws:iam::000000000000:{kind}");
        let config = TimerConfig {
            group: "idle".to_owned(),
            target_arn: arn("function"),
            role_arn: arn("role"),
            failure_queue_arn: arn("queue"),
        };
        (Timer::new(Client::new(&sdk::standing_in(&server.uri())), config), server)
    }

    fn refused(status: u16, code: &str) -> ResponseTemplate {
        let answer = ResponseTemplate::new(status).insert_header("x-amzn-errortype", code);
        answer.set_body_json(serde_json::json!({"Message": "no"}))
    }

    fn made() -> ResponseTemplate {
        ResponseTemplate::new(200).set_body_json(serde_json::json!({"ScheduleArn": "arn:aws:scheduler:::schedule"}))
    }

    #[tokio::test]
    async fn a_schedule_that_is_there_is_moved_and_one_that_is_not_is_made() {
        let at = "2026-11-22T10:00:00Z".parse().unwrap();
        let (taken, _server) = timer(refused(409, "ConflictException"), made()).await;
        taken.start(&fire(0), at).await.unwrap();
        let (gone, _server) = timer(made(), refused(404, "ResourceNotFoundException")).await;
        gone.restart(&fire(0), at).await.unwrap();
    }

    #[tokio::test]
    async fn a_schedule_that_comes_or_goes_between_two_requests_is_told_of_and_not_taken_for_made() {
        let at = "2026-11-22T10:00:00Z".parse().unwrap();
        let both = || timer(refused(409, "ConflictException"), refused(404, "ResourceNotFoundException"));
        let (one, _server) = both().await;
        assert_eq!(one.start(&fire(0), at).await.unwrap_err().what, "schedule");
        let (one, _server) = both().await;
        assert_eq!(one.restart(&fire(0), at).await.unwrap_err().what, "schedule");
    }

    #[test]
    fn every_generation_has_a_name_of_its_own_that_scheduler_takes() {
        assert_ne!(name(&fire(0)), name(&fire(1)));
        assert!(name(&fire(0)).len() <= 64);
        assert!(name(&fire(0)).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    }
}
