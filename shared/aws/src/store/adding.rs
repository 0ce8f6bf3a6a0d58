//! Numbers that are added to those that stand.

use super::item::EXPIRES;
use super::key::Row;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::Update;

/// An update that adds the numbers of a row, each under a name of ours, for names may hold what expressions do not.
pub(super) fn added(table: &str, row: Row) -> Result<Update, BuildError> {
    let (key, values): (Row, Row) = row.into_iter().partition(|(name, _)| name == "pk" || name == "sk");
    let (expires, numbers): (Row, Row) = values.into_iter().partition(|(name, _)| name == EXPIRES);
    let sums: Vec<String> = (0..numbers.len()).map(|place| format!("#n{place} :n{place}")).collect();
    let mut expression = format!("ADD {}", sums.join(", "));
    let update = Update::builder().table_name(table).set_key(Some(key));
    let update = numbers.into_iter().enumerate().fold(update, |update, (place, (name, number))| {
        update
            .expression_attribute_names(format!("#n{place}"), name)
            .expression_attribute_values(format!(":n{place}"), number)
    });
    let update = expires.into_values().fold(update, |update, at| {
        expression.push_str(" SET #expires = :expires");
        update.expression_attribute_names("#expires", EXPIRES).expression_attribute_values(":expires", at)
    });
    update.update_expression(expression).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::AttributeValue;

    #[test]
    fn numbers_are_added_to_what_stands() {
        let number = |number: &str| AttributeValue::N(number.to_owned());
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let counted = [
            ("pk", text("B#salon#F")),
            ("sk", text("DAY#2026-11-30#3")),
            ("rejected.weaker_source", number("2")),
            (EXPIRES, number("1900000000")),
        ];
        let update = added("table", counted.map(|(name, value)| (name.to_owned(), value)).into()).unwrap();
        assert_eq!(update.update_expression(), "ADD #n0 :n0 SET #expires = :expires");
        assert_eq!(update.key().len(), 2);
        assert_eq!(update.expression_attribute_names().unwrap()["#n0"], "rejected.weaker_source");
        assert_eq!(update.expression_attribute_values().unwrap()[":n0"], number("2"));
        assert_eq!(update.expression_attribute_values().unwrap()[":expires"], number("1900000000"));
        assert_eq!(update.condition_expression(), None);
    }
}
