//! What customers say, and what can be read in it again.

use zikaron_protocol::model::call::CallName;

/// What stands before a customer's name and city in their messages.
pub(crate) const NAME: &str = "השם שלי: ";
/// See [`NAME`].
pub(crate) const CITY: &str = "העיר שלי: ";

/// How a customer asks for a person.
pub(crate) const PERSON: &str = "אני רוצה לדבר עם נציג.";

/// How a customer asks to be called, and when; and to be sent something.
pub(crate) const CALL_ME: &str = "תתקשרו אליי בעוד שעתיים";
/// The words of it that say when.
pub(crate) const IN_TWO_HOURS: &str = "בעוד שעתיים";
/// See [`CALL_ME`].
pub(crate) const SEND_ME: &str = "תשלחו לי את המחירון";

/// What staff have sent at a time.
pub(crate) const REMINDER: &str = "תזכורת: מחר יש לך תור";

/// What the business has its AI say before its first answer; without a full stop, for what stands before the first is
/// read.
pub(crate) const DISCLOSURE: &str = "כאן בינה מלאכותית";

/// The value a message states after `sign`.
pub(crate) fn stated(text: &str, sign: &str) -> Option<String> {
    Some(text.strip_prefix(sign)?.split_once(" (")?.0.to_owned())
}

/// The mark of a customer's message: what stands in the brackets at its end.
pub(crate) fn mark(text: &str) -> Option<&str> {
    text.rsplit_once('(')?.1.strip_suffix(')')
}

/// What the voice agent of a call notes.
pub(crate) fn remark(call: &CallName) -> String {
    format!("הסוכן רשם בשיחה {}", call.call_id)
}

/// What it notes a moment later.
pub(crate) fn second_remark(call: &CallName) -> String {
    format!("ועוד רשם בשיחה {}", call.call_id)
}
