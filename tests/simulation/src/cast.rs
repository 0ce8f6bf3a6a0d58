//! Who takes part: invented people of an invented business.

use jiff::Timestamp;
use std::fmt::Debug;
use zikaron_protocol::call::{CallName, Provider};
use zikaron_protocol::ids::{
    Bsuid, BusinessId, CallId, ConnectionId, CustomerAddress, E164, Line, MessageId, NumberId, ShownNumber,
};

#[expect(clippy::expect_used, reason = "fixed or counted texts of the right shape")]
fn valid<T, E: Debug>(made: Result<T, E>) -> T {
    made.expect("a fixture of the right shape")
}

/// When every run begins.
pub(crate) fn epoch() -> Timestamp {
    valid(Timestamp::from_second(1_790_000_000))
}

pub(crate) fn business() -> BusinessId {
    valid(BusinessId::parse("salon"))
}

pub(crate) fn line() -> Line {
    Line { connection: valid(ConnectionId::parse("main")), number: valid(NumberId::parse("1000000001")) }
}

/// A message id of the channel's.
pub(crate) fn wamid(name: &str) -> MessageId {
    valid(MessageId::parse(format!("wamid.{name}")))
}

/// A call of a provider's.
pub(crate) fn call(name: &str) -> CallName {
    CallName { provider: Provider::Retell, call_id: valid(CallId::parse(name)) }
}

/// A customer's number as a provider may show it.
pub(crate) fn shown(customer: usize, spelling: u64) -> ShownNumber {
    valid(ShownNumber::parse(match spelling % 4 {
        0 => format!("+97255500000{customer}"),
        1 => format!("055-500-000{customer}"),
        2 => format!("00972 55 500 000{customer}"),
        _ => format!("sip:+97255500000{customer}@example.com"),
    }))
}

/// By what a customer is known in one message. The user id is always there for every other customer; the phone
/// number comes and goes with it, or stands alone.
pub(crate) fn address(customer: usize, message: u64) -> CustomerAddress {
    let bsuid = valid(Bsuid::parse(format!("IL.9000000000{customer}")));
    let phone = valid(E164::parse(format!("+97255500000{customer}")));
    match customer % 3 {
        0 => CustomerAddress { bsuid: Some(bsuid), phone: message.is_multiple_of(2).then_some(phone) },
        1 => CustomerAddress { bsuid: None, phone: Some(phone) },
        _ => CustomerAddress { bsuid: Some(bsuid), phone: Some(phone) },
    }
}
