//! What customers say, and what can be read in it again.

/// What stands before a customer's name and city in their messages.
pub(crate) const NAME: &str = "השם שלי: ";
/// See [`NAME`].
pub(crate) const CITY: &str = "העיר שלי: ";

/// How a customer asks for a person.
pub(crate) const PERSON: &str = "אני רוצה לדבר עם נציג.";

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
