//! WhatsApp's error codes: what each says of a message (certainly not sent, or perhaps sent) and to staff.
//!
//! Source: [error codes](https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes), read for one
//! question: was the request turned away before it was worked on?

use crate::lenient_json;
use serde_json::Value;
use zikaron_memory::handover::ChannelFailure;
use zikaron_protocol::ports::SendError;

/// What a code of the Graph API says of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Turned away before any work: may be sent again later.
    ForNow,
    /// Turned away because of the connection: whatever is sent by it will be, until an operator mends it.
    UntilMended,
    /// Turned away, and it always will be.
    ForGood,
    /// It broke somewhere: may have been sent.
    Unknown,
}

/// What is known of a code: its class, and what it means to somebody who is no programmer.
fn known(code: i64) -> Option<(Class, ChannelFailure)> {
    use ChannelFailure::{
        Account, Broken, HeldBack, Message, NotAuthorised, Payment, Template, Unreachable, WindowClosed,
    };
    use Class::{ForGood, ForNow, Unknown, UntilMended};
    Some(match code {
        // Rate limits: of the app, the account, the number, the pair.
        4 | 80_007 | 130_429 | 131_056 => (ForNow, HeldBack),
        // Unknown error, service down, something went wrong, maintenance.
        1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 => (Unknown, Broken),
        // Token; permission.
        0 | 190 | 3 | 10 | 200..=299 | 131_005 => (UntilMended, NotAuthorised),
        // Parameters.
        100 | 131_008 | 131_009 => (ForGood, Message),
        // To oneself; undeliverable.
        131_021 | 131_026 => (ForGood, Unreachable),
        131_042 => (UntilMended, Payment),
        // The 24-hour window has closed.
        131_047 => (ForGood, WindowClosed),
        // Spam limit, marketing limits, experiment, limit of the portfolio.
        131_048..=131_050 | 131_064 | 130_472 => (ForGood, HeldBack),
        // Unsupported type, media; a template of a kind that may not go to a user id, or not by this door.
        131_051..=131_053 | 131_062 | 131_063 => (ForGood, Message),
        // Account locked or blocked for a while; number not registered, or its certificate not accepted.
        131_031 | 368 | 133_010 | 131_045 => (UntilMended, Account),
        // The account may not write to this country.
        130_497 => (ForGood, Account),
        // Templates: wrong parameters (132000, 132012, 132018), unknown or not approved in this language (132001), against
        // the policy (132007), paused (132015), switched off (132016).
        132_000..=132_999 => (ForGood, Template),
        _ => return None,
    })
}

/// What a code means to staff. Where Meta named none, the code is the HTTP status.
#[must_use]
pub fn failure(code: i64) -> ChannelFailure {
    match known(code) {
        Some((_, failure)) => failure,
        None if code == 401 => ChannelFailure::NotAuthorised,
        None if (500..=599).contains(&code) => ChannelFailure::Broken,
        None => ChannelFailure::Other,
    }
}

/// The error code of a Graph answer, if it has one.
pub(super) fn code_of(body: &[u8]) -> Option<i64> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    lenient_json::integer(&answer, "/error/code")
}

/// What an answer means that names no message.
///
/// A known code decides, with one exception: a 5xx is never proof that nothing was sent, unless the code is a rate
/// limit. Without a known code: 429 is a rate limit, 401 the token, 408 may have got through, any other 4xx is final (with
/// the HTTP status where there is no code), and everything else (also a success that cannot be read) may have been sent.
#[must_use]
pub fn refusal(status: u16, code: Option<i64>) -> SendError {
    let http = i64::from(status);
    let class = match (code.and_then(known).map(|(class, _)| class), status) {
        (Some(Class::ForGood | Class::UntilMended), 500..) => Class::Unknown,
        (Some(class), _) => class,
        (None, 429) => Class::ForNow,
        (None, 401) => Class::UntilMended,
        (None, 400..=407 | 409..=499) => Class::ForGood,
        (None, _) => Class::Unknown,
    };
    let code = code.unwrap_or(http);
    match class {
        Class::ForNow => SendError::RefusedForNow { code },
        Class::UntilMended => SendError::RefusedUntilMended { code },
        Class::ForGood => SendError::RefusedForGood { code },
        Class::Unknown => SendError::Unknown { reason: format!("HTTP {status}, code {code}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(status: u16, code: Option<i64>) -> &'static str {
        match refusal(status, code) {
            SendError::RefusedForNow { .. } => "now",
            SendError::RefusedUntilMended { .. } => "mended",
            SendError::RefusedForGood { .. } => "good",
            SendError::Unknown { .. } => "unknown",
        }
    }

    #[test]
    fn every_code_of_meta_has_its_class_under_a_4xx() {
        for code in [4, 80_007, 130_429, 131_056] {
            assert_eq!(word(400, Some(code)), "now", "{code}");
        }
        for code in [1, 2, 131_000, 131_016, 131_057, 133_004] {
            assert_eq!(word(400, Some(code)), "unknown", "{code}");
        }
        let until_mended = [0, 190, 3, 10, 200, 230, 299, 131_005, 131_042, 131_031, 368, 131_045, 133_010]
            .map(|code| (code, "mended"));
        let for_good = [100, 131_008, 131_009, 131_021, 131_026, 131_047, 131_048, 131_049, 131_050, 131_051, 131_052];
        let more = [131_053, 131_062, 131_063, 131_064, 130_472, 130_497, 132_000, 132_001, 132_015, 132_068];
        let for_good = for_good.into_iter().chain(more).map(|code| (code, "good"));
        for (code, class) in for_good.chain(until_mended) {
            assert_eq!(word(400, Some(code)), class, "{code}");
            assert_eq!(word(200, Some(code)), class, "an error in a success, {code}");
        }
    }

    #[test]
    fn every_code_of_meta_has_a_meaning_for_staff() {
        let table = [
            (ChannelFailure::WindowClosed, &[131_047][..]),
            (ChannelFailure::Unreachable, &[131_021, 131_026]),
            (ChannelFailure::NotAuthorised, &[0, 190, 3, 10, 200, 230, 299, 131_005, 401]),
            (ChannelFailure::Payment, &[131_042]),
            (ChannelFailure::Account, &[368, 130_497, 131_031, 131_045, 133_010]),
            (ChannelFailure::HeldBack, &[4, 80_007, 130_429, 131_056, 131_048, 131_049, 131_050, 131_064, 130_472]),
            (ChannelFailure::Message, &[100, 131_008, 131_009, 131_051, 131_052, 131_053, 131_062, 131_063]),
            (ChannelFailure::Template, &[132_000, 132_001, 132_015, 132_016, 132_068]),
            (ChannelFailure::Broken, &[1, 2, 131_000, 131_016, 131_057, 133_004, 500, 503]),
            (ChannelFailure::Other, &[404, 777_777, -1]),
        ];
        for (expected, codes) in table {
            assert!(codes.iter().all(|code| failure(*code) == expected), "{expected:?}");
        }
    }

    #[test]
    fn a_server_error_may_have_been_sent_unless_it_was_a_rate_limit() {
        for code in [None, Some(1), Some(190), Some(131_026), Some(999_999)] {
            assert_eq!(word(500, code), "unknown", "{code:?}");
            assert_eq!(word(503, code), "unknown", "{code:?}");
        }
        assert_eq!(word(503, Some(130_429)), "now");
    }

    #[test]
    fn without_a_known_code_the_http_status_decides() {
        let table = [(400, "good"), (401, "mended"), (404, "good"), (408, "unknown"), (429, "now"), (499, "good")];
        for (status, expected) in table.into_iter().chain([(200, "unknown"), (302, "unknown"), (599, "unknown")]) {
            assert_eq!(word(status, None), expected, "{status}");
            assert_eq!(word(status, Some(777_777)), expected, "{status} with a code nobody knows");
        }
        assert_eq!(refusal(404, None), SendError::RefusedForGood { code: 404 });
        assert_eq!(refusal(400, Some(777_777)), SendError::RefusedForGood { code: 777_777 });
    }

    #[test]
    fn the_code_is_read_from_the_answer_s_error() {
        assert_eq!(code_of(br#"{"error":{"message":"x","code":131056,"error_subcode":1}}"#), Some(131_056));
        assert_eq!(code_of(br#"{"error":{"code":"190"}}"#), Some(190));
        assert_eq!(code_of(b"<html>"), None);
        assert_eq!(code_of(b"{}"), None);
    }
}
