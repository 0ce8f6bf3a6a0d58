//! The log of the simulator.

use crate::clock::now;

/// One line on the standard error output. Never holds what somebody wrote, a phone number or a secret.
#[expect(clippy::print_stderr, reason = "the log of a program that runs beside a terminal or into a file")]
pub(crate) fn log(line: &str) {
    let at = now().round(jiff::Unit::Second).unwrap_or_default();
    eprintln!("{at} simulator {line}");
}
