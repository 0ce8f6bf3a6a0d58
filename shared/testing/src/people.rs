//! A business, its line and its customers, all invented.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use zikaron_protocol::model::ids::{BusinessId, ConnectionId, CustomerAddress, E164, Line, NumberId};

/// A hair salon.
#[must_use]
pub fn business() -> BusinessId {
    BusinessId::parse("demo-salon").unwrap()
}

/// The number of a connection, on which the salon is written to.
#[must_use]
pub fn line(connection: &str, number: &str) -> Line {
    Line { connection: ConnectionId::parse(connection).unwrap(), number: NumberId::parse(number).unwrap() }
}

/// A customer known by a phone number, of the range that belongs to nobody: `number` is below 10,000.
#[must_use]
pub fn customer(number: u16) -> CustomerAddress {
    CustomerAddress { bsuid: None, phone: Some(E164::parse(format!("+97255500{number:04}")).unwrap()) }
}
