//! Who takes part: invented people of two invented businesses.

use jiff::Timestamp;
use std::fmt::Debug;
use zikaron_protocol::model::call::{CallName, Provider};
use zikaron_protocol::model::ids::{
    Bsuid, BusinessId, CallId, ConnectionId, CustomerAddress, E164, Line, MessageId, NumberId, ShownNumber,
};

/// How many people there are, beside the heir.
const PEOPLE: usize = 3;
/// How many portfolios there are: in each a customer has another user id.
const PORTFOLIOS: usize = 3;

#[expect(clippy::expect_used, reason = "fixed or counted texts of the right shape")]
fn valid<T, E: Debug>(made: Result<T, E>) -> T {
    made.expect("a fixture of the right shape")
}

/// When every run begins.
pub(crate) fn epoch() -> Timestamp {
    valid(Timestamp::from_second(1_790_000_000))
}

/// The business of most runs, and the other one.
pub(crate) fn businesses() -> [BusinessId; 2] {
    ["salon", "garage"].map(|name| valid(BusinessId::parse(name)))
}

/// Whose customer this is: the same people are other customers of the other business.
pub(crate) fn business_of(customer: usize) -> BusinessId {
    let [ours, other] = businesses();
    if is_of_other(customer) { other } else { ours }
}

fn is_of_other(customer: usize) -> bool {
    (PEOPLE..2 * PEOPLE).contains(&customer)
}

/// The customers that so many people are: of the first business, or of both.
pub(crate) fn customers(people: usize, of_both: bool) -> Vec<usize> {
    let of_other = (PEOPLE..PEOPLE + people).filter(|_| of_both);
    (0..people).chain(of_other).collect()
}

/// Who a customer is.
pub(crate) fn person(customer: usize) -> usize {
    if customer == HEIR { HEIR } else { customer % PEOPLE }
}

fn line_named(connection: &str, number: &str) -> Line {
    Line { connection: valid(ConnectionId::parse(connection)), number: valid(NumberId::parse(number)) }
}

/// The number of the business to which its customers write as a rule.
pub(crate) fn line_of(customer: usize) -> Line {
    if is_of_other(customer) { line_named("garage", "2000000001") } else { line_named("main", "1000000001") }
}

/// The business's other number, of the same connection.
pub(crate) fn second_line_of(customer: usize) -> Line {
    if is_of_other(customer) { line_named("garage", "2000000002") } else { given_line() }
}

/// The number of the first business that the second one may be given.
pub(crate) fn given_line() -> Line {
    line_named("main", "1000000002")
}

/// The first business's number in another portfolio.
pub(crate) fn line_of_second_portfolio() -> Line {
    line_named("second", "1000000003")
}

/// Every number, and whose it is at the beginning.
pub(crate) fn routes() -> [(Line, BusinessId); 5] {
    let [ours, other] = businesses();
    [
        (line_of(0), ours.clone()),
        (given_line(), ours.clone()),
        (line_of_second_portfolio(), ours),
        (line_of(PEOPLE), other.clone()),
        (second_line_of(PEOPLE), other),
    ]
}

/// In which portfolio a number is.
fn portfolio(line: &Line) -> usize {
    match line.connection.as_str() {
        "main" => 0,
        "garage" => 1,
        _ => 2,
    }
}

/// The agent of the first business that calls customers, at an account of its own.
pub(crate) fn calling_line() -> Line {
    line_named("calls", "agent")
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
    let person = person(customer);
    valid(ShownNumber::parse(match spelling % 4 {
        0 => format!("+9725550000{moves}{person}"),
        1 => format!("055-500-00{moves}{person}"),
        2 => format!("00972 55 500 00{moves}{person}"),
        _ => format!("sip:+9725550000{moves}{person}@example.com"),
    }))
}

/// Somebody whom the operator gives the first customer's number, and who never wrote before.
pub(crate) const HEIR: usize = 9;

/// All names of a customer who has moved so often, as the connection of their business's first number tells them.
pub(crate) fn names(customer: usize, moves: usize) -> CustomerAddress {
    names_at(customer, moves, &line_of(customer))
}

/// The same, as the connection of this number tells them.
pub(crate) fn names_at(customer: usize, moves: usize, line: &Line) -> CustomerAddress {
    names_in(customer, moves, portfolio(line))
}

fn names_in(customer: usize, moves: usize, portfolio: usize) -> CustomerAddress {
    if customer == HEIR {
        let own = valid(Bsuid::parse("IL.9000000999"));
        return CustomerAddress { bsuid: Some(own), ..names(0, 0) };
    }
    let person = person(customer);
    let bsuid = valid(Bsuid::parse(format!("IL.9{portfolio}0000000{moves}{person}")));
    let phone = valid(E164::parse(format!("+9725550000{moves}{person}")));
    CustomerAddress { bsuid: (person % 3 != 1).then_some(bsuid), phone: Some(phone) }
}

/// The id by which all linked portfolios know a customer who has moved so often; none of one who has no user id.
pub(crate) fn parent(customer: usize, moves: usize) -> Option<Bsuid> {
    let id = valid(Bsuid::parse(format!("IL.ENT.90000000{moves}{}", person(customer))));
    names(customer, moves).bsuid.filter(|_| customer != HEIR).map(|_| id)
}

/// Every name a customer ever has, at every number of everybody.
fn all_names(customer: usize) -> impl Iterator<Item = CustomerAddress> {
    (0..PORTFOLIOS).flat_map(move |portfolio| (0..2).map(move |moves| names_in(customer, moves, portfolio)))
}

/// Whether these names are of the person this customer is.
pub(crate) fn is_person(to: &CustomerAddress, customer: usize) -> bool {
    all_names(customer)
        .any(|names| (to.bsuid.is_some() && to.bsuid == names.bsuid) || (to.phone.is_some() && to.phone == names.phone))
}

/// Both names of whom something was sent to by number, as the channel's statuses tell them; none of one who has no user id.
pub(crate) fn recipient(line: &Line, to: &CustomerAddress) -> Option<CustomerAddress> {
    let all = (0..PEOPLE).flat_map(|person| (0..2).map(move |moves| names_at(person, moves, line)));
    all.into_iter().find(|names| names.bsuid.is_some() && to.phone.is_some() && names.phone == to.phone)
}

/// By what a customer is known in one message: by the user id, by the phone number, by both or now by this and now by
/// that.
pub(crate) fn address(customer: usize, moves: usize, message: u64, line: &Line) -> CustomerAddress {
    let names = names_at(customer, moves, line);
    match (person(customer) % 3, message % 4) {
        // By the number alone nobody could tell them from who had it before.
        _ if customer == HEIR => names,
        (0, 1 | 2) => CustomerAddress { phone: None, ..names },
        (0, 3) => CustomerAddress { bsuid: None, ..names },
        _ => names,
    }
}
