//! What an answer of the Graph API that is not a success means for the message: certainly not sent, or perhaps sent.
//! The classes are Meta's error-code reference, read for one question: was the request turned away before it was
//! worked on?

use serde_json::Value;
use zikaron_protocol::ports::SendError;

/// What a code of the Graph API says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Turned away at the door: may be sent again later.
    ForNow,
    /// Turned away, and it always will be.
    ForGood,
    /// It broke somewhere: may have been sent.
    Unknown,
}

fn class(code: i64) -> Option<Class> {
    Some(match code {
        // Rate limits: of the app, the account, the number, the pair.
        4 | 80_007 | 130_429 | 131_056 => Class::ForNow,
        // Unknown error, service down, something went wrong, maintenance.
        1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 => Class::Unknown,
        // Token; permission.
        0 | 190 | 3 | 10 | 200..=299 | 131_005 => Class::ForGood,
        // Parameters.
        100 | 131_008 | 131_009 => Class::ForGood,
        // To oneself; undeliverable; payment; the 24-hour window has closed.
        131_021 | 131_026 | 131_042 | 131_047 => Class::ForGood,
        // Spam limit, marketing limits, unsupported type, media.
        131_048..=131_053 | 131_062 => Class::ForGood,
        // Account locked or restricted; experiment; recipient not allowed.
        131_031 | 368 | 130_472 | 130_497 => Class::ForGood,
        // Templates; number not registered.
        132_000..=132_999 | 133_010 => Class::ForGood,
        _ => return None,
    })
}

/// The error code of a Graph answer, if it has one.
pub(super) fn code_of(body: &[u8]) -> Option<i64> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    super::loose::integer(&answer, "/error/code")
}

/// What an answer means that names no message.
///
/// A known code decides, with one exception: a 5xx is never proof that nothing was sent, unless the code is a rate
/// limit. Without a known code: 429 is a rate limit, 408 may have got through, any other 4xx is final (with the HTTP
/// status where there is no code), and everything else (also a success that cannot be read) may have been sent.
#[must_use]
pub fn refusal(status: u16, code: Option<i64>) -> SendError {
    let http = i64::from(status);
    let class = match (code.and_then(class), status) {
        (Some(Class::ForGood), 500..) => Class::Unknown,
        (Some(class), _) => class,
        (None, 429) => Class::ForNow,
        (None, 400..=407 | 409..=499) => Class::ForGood,
        (None, _) => Class::Unknown,
    };
    let code = code.unwrap_or(http);
    match class {
        Class::ForNow => SendError::RefusedForNow { code },
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
        let for_good =
            [0, 190, 3, 10, 200, 230, 299, 131_005, 100, 131_008, 131_009, 131_021, 131_026, 131_042, 131_047];
        let more = [131_048, 131_049, 131_050, 131_051, 131_052, 131_053, 131_062, 131_031, 368, 130_472, 130_497];
        for code in for_good.into_iter().chain(more).chain([132_000, 132_001, 132_015, 132_068, 133_010]) {
            assert_eq!(word(400, Some(code)), "good", "{code}");
            assert_eq!(word(200, Some(code)), "good", "an error in a success, {code}");
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
        let table = [(400, "good"), (401, "good"), (404, "good"), (408, "unknown"), (429, "now"), (499, "good")];
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
