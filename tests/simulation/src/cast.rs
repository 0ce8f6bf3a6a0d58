//! Who takes part: invented people of an invented business.

use jiff::Timestamp;
use std::fmt::Debug;
use zikaron_protocol::model::call::{CallName, Provider};
use zikaron_protocol::model::ids::{
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

/// The business's other number, of the same connection.
pub(crate) fn other_line() -> Line {
    Line { number: valid(NumberId::parse("1000000002")), ..line() }
}

/// To which of them the customer's message of this number was written.
pub(crate) fn line_of(number: usize) -> Line {
    if number % 5 == 4 { other_line() } else { line() }
}

/// The same of the channel's id of the message.
pub(crate) fn written_to(id: &MessageId) -> Option<Line> {
    let (_, number) = id.as_str().strip_prefix("wamid.in.c")?.split_once('m')?;
    number.parse().ok().map(line_of)
}

/// A message id of the channel's.
pub(crate) fn wamid(name: &str) -> MessageId {
    valid(MessageId::parse(format!("wamid.{name}")))
}

/// A call of a provider's.
pub(crate) fn call(name: &str) -> CallName {
    CallName { provider: Provider::Retell, call_id: valid(CallId::parse(name)) }
}

/// A customer's number, the first or one they have moved to, as a provider may show it.
pub(crate) fn shown(customer: usize, moves: usize, spelling: u64) -> ShownNumber {
    valid(ShownNumber::parse(match spelling % 4 {
        0 => format!("+9725550000{moves}{customer}"),
        1 => format!("055-500-00{moves}{customer}"),
        2 => format!("00972 55 500 00{moves}{customer}"),
        _ => format!("sip:+9725550000{moves}{customer}@example.com"),
    }))
}

/// Somebody whom the operator gives the first customer's number, and who never wrote before.
pub(crate) const HEIR: usize = 9;

/// All names of a customer who has moved so often.
pub(crate) fn names(customer: usize, moves: usize) -> CustomerAddress {
    if customer == HEIR {
        let own = valid(Bsuid::parse("IL.9000000999"));
        return CustomerAddress { bsuid: Some(own), ..names(0, 0) };
    }
    let bsuid = valid(Bsuid::parse(format!("IL.900000000{moves}{customer}")));
    let phone = valid(E164::parse(format!("+9725550000{moves}{customer}")));
    CustomerAddress { bsuid: (customer % 3 != 1).then_some(bsuid), phone: Some(phone) }
}

/// Both names of whom something was sent to by number, as the channel's statuses tell them; none of one who has no user id.
pub(crate) fn recipient(to: &CustomerAddress) -> Option<CustomerAddress> {
    let all = (0..3).flat_map(|customer| (0..2).map(move |moves| names(customer, moves)));
    all.into_iter().find(|names| names.bsuid.is_some() && to.phone.is_some() && names.phone == to.phone)
}

/// By what a customer is known in one message: by the user id, by the phone number, by both or now by this and now by
/// that.
pub(crate) fn address(customer: usize, moves: usize, message: u64) -> CustomerAddress {
    let names = names(customer, moves);
    match (customer % 3, message % 4) {
        // By the number alone nobody could tell them from who had it before.
        _ if customer == HEIR => names,
        (0, 1 | 2) => CustomerAddress { phone: None, ..names },
        (0, 3) => CustomerAddress { bsuid: None, ..names },
        _ => names,
    }
}
