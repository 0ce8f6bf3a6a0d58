//! The table: as much of DynamoDB as the functions ask of it, in memory, with what each call would be charged
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>).

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A row as the wire has it: every value under its type.
pub(crate) type Row = Map<String, Value>;

/// What a call would be charged.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Units {
    pub(crate) read: f64,
    pub(crate) write: f64,
}

/// The keys of the sparse indexes: when one changes, its old entry is deleted and a new one written.
const INDEXES: [(&str, &str); 3] = [("leads_pk", "leads_sk"), ("name_pk", "name_sk"), ("open_pk", "open_sk")];

#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<(String, String), Row>,
}

/// DynamoDB's error body when a condition failed.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) Value);

impl Table {
    pub(crate) fn put(&mut self, row: Row) -> Result<()> {
        self.rows.insert(key(&row)?, row);
        Ok(())
    }

    pub(crate) fn find(&self, sk: &str) -> Option<&Row> {
        self.rows.iter().find(|((_, held), _)| held == sk).map(|(_, row)| row)
    }

    /// The first row of a lead's messages.
    pub(crate) fn message(&self) -> Option<&Row> {
        self.rows.iter().find(|((_, sk), _)| sk.starts_with("MSG#")).map(|(_, row)| row)
    }

    pub(crate) fn answer(&mut self, operation: &str, asked: &Value) -> Result<(Value, Units)> {
        match operation {
            "GetItem" => {
                let row = self.get(&asked["Key"])?;
                let units = Units { read: read_units(row.map_or(0, size)), write: 0.0 };
                Ok((row.map_or_else(|| json!({}), |row| json!({"Item": row})), units))
            }
            "BatchGetItem" => self.batch(&asked["RequestItems"]),
            "Query" => self.query(asked),
            "PutItem" => {
                self.check(asked)?;
                let units = self.write(asked, 1.0)?;
                Ok((json!({}), units))
            }
            "TransactWriteItems" => self.transact(asked["TransactItems"].as_array().context("no items")?),
            other => bail!("the bench's table knows no {other}"),
        }
    }

    fn get(&self, key_of: &Value) -> Result<Option<&Row>> {
        Ok(self.rows.get(&key(key_of.as_object().context("no key")?)?))
    }

    fn batch(&self, tables: &Value) -> Result<(Value, Units)> {
        let (name, asked) = tables.as_object().and_then(|tables| tables.iter().next()).context("no table")?;
        let (mut found, mut units) = (Vec::new(), Units::default());
        for wanted in asked["Keys"].as_array().context("no keys")? {
            let row = self.get(wanted)?;
            units.read += read_units(row.map_or(0, size));
            found.extend(row);
        }
        Ok((json!({"Responses": {name: found}, "UnprocessedKeys": {}}), units))
    }

    fn query(&self, asked: &Value) -> Result<(Value, Units)> {
        if asked["KeyConditionExpression"] != "pk = :pk AND sk BETWEEN :from AND :to" {
            bail!("the bench's table knows no query but that between two keys");
        }
        let value = |name: &str| asked["ExpressionAttributeValues"][name]["S"].as_str().unwrap_or_default().to_owned();
        let (from, to) = ((value(":pk"), value(":from")), (value(":pk"), value(":to")));
        let most = usize::try_from(asked["Limit"].as_u64().unwrap_or(u64::MAX))?;
        let rows = self.rows.range(from..=to).map(|(_, row)| row);
        let found: Vec<&Row> = if asked["ScanIndexForward"] == false {
            rows.rev().take(most).collect()
        } else {
            rows.take(most).collect()
        };
        let units = Units { read: read_units(found.iter().map(|row| size(row)).sum()), write: 0.0 };
        let mut answer = json!({"Items": found, "Count": found.len()});
        if let Some(last) = found.last().filter(|_| found.len() == most) {
            answer["LastEvaluatedKey"] = json!({"pk": last["pk"], "sk": last["sk"]});
        }
        Ok((answer, units))
    }

    fn transact(&mut self, parts: &[Value]) -> Result<(Value, Units)> {
        let verbs = || parts.iter().filter_map(|part| part.as_object()?.iter().next());
        let reasons = verbs().map(|(_, asked)| self.holds(asked)).collect::<Result<Vec<bool>>>()?;
        if reasons.contains(&false) {
            let code = |held: &bool| json!({"Code": if *held { "None" } else { "ConditionalCheckFailed" }});
            return Err(anyhow::Error::from(Refused(json!({
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "Message": "cancelled",
                "CancellationReasons": reasons.iter().map(code).collect::<Vec<_>>(),
            }))));
        }
        let mut units = Units::default();
        let verbs: Vec<(String, Value)> = verbs().map(|(verb, asked)| (verb.clone(), asked.clone())).collect();
        for (verb, asked) in &verbs {
            match verb.as_str() {
                "Put" => units.write += self.write(asked, 2.0)?.write,
                "Delete" => {
                    self.rows.remove(&key(asked["Key"].as_object().context("no key")?)?);
                    units.write += 2.0;
                }
                _ => units.write += 2.0,
            }
        }
        Ok((json!({}), units))
    }

    fn check(&self, asked: &Value) -> Result<()> {
        if self.holds(asked)? {
            return Ok(());
        }
        let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        Err(anyhow::Error::from(Refused(json!({"__type": kind, "message": "the condition failed"}))))
    }

    /// Whether the condition of a write holds, if it has one.
    fn holds(&self, asked: &Value) -> Result<bool> {
        let Some(condition) = asked["ConditionExpression"].as_str() else { return Ok(true) };
        let held = self.get(if asked["Item"].is_object() { &asked["Item"] } else { &asked["Key"] })?;
        for one in condition.split(" OR ") {
            let holds = match one {
                "attribute_not_exists(pk)" => held.is_none(),
                "attribute_exists(pk)" => held.is_some(),
                // The functions of another commit may name the value otherwise.
                equal => {
                    let (name, value) = equal.split_once(" = ").context("the bench's table knows no such condition")?;
                    let name = asked["ExpressionAttributeNames"][name].as_str().unwrap_or(name);
                    let wanted = asked["ExpressionAttributeValues"].get(value).context("a value is missing")?;
                    held.is_some_and(|row| row.get(name) == Some(wanted))
                }
            };
            if holds {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// An item is charged by its larger size, before or after; in a transaction twice. An index key that changes costs
    /// one more where it goes and one where it comes.
    fn write(&mut self, asked: &Value, factor: f64) -> Result<Units> {
        let row = asked["Item"].as_object().context("no item")?.clone();
        let before = self.rows.get(&key(&row)?);
        let mut write = write_units(size(&row).max(before.map_or(0, size))) * factor;
        for (pk, sk) in INDEXES {
            let of = |row: &Row| row.get(pk).zip(row.get(sk)).map(|(pk, sk)| (pk.clone(), sk.clone()));
            let (then, now) = (before.and_then(of), of(&row));
            if then != now {
                write += f64::from(u8::from(then.is_some()) + u8::from(now.is_some()));
            }
        }
        self.put(row)?;
        Ok(Units { read: 0.0, write })
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refused {}

fn key(row: &Row) -> Result<(String, String)> {
    let part = |name: &str| row.get(name).and_then(|value| value["S"].as_str()).context("a key is missing");
    Ok((part("pk")?.to_owned(), part("sk")?.to_owned()))
}

fn read_units(bytes: usize) -> f64 {
    ceiling(bytes, 4096)
}

fn write_units(bytes: usize) -> f64 {
    ceiling(bytes, 1024)
}

fn ceiling(bytes: usize, of: usize) -> f64 {
    u32::try_from(bytes.div_ceil(of).max(1)).map_or(f64::MAX, f64::from)
}

/// The size of an item as AWS documents it: names and values in UTF-8, three bytes and one an element for what holds
/// others, two digits a byte.
pub(crate) fn size(row: &Row) -> usize {
    row.iter().map(|(name, value)| name.len() + weight(value)).sum()
}

fn weight(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|typed| typed.iter().next()) else { return 0 };
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text.len(),
        ("N", Value::String(digits)) => digits.len().div_ceil(2) + 1,
        ("L", Value::Array(items)) => 3 + items.iter().map(|item| 1 + weight(item)).sum::<usize>(),
        ("M", Value::Object(members)) => {
            3 + members.iter().map(|(name, value)| 1 + name.len() + weight(value)).sum::<usize>()
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(version: u32) -> Value {
        json!({"pk": {"S": "p"}, "sk": {"S": "MSG#1"}, "version": {"N": version.to_string()}, "text": {"S": "x".repeat(1_100)}})
    }

    #[test]
    fn a_condition_decides_and_a_transaction_costs_twice() {
        let mut table = Table::default();
        let first = json!({"Put": {"Item": row(1), "ConditionExpression": "attribute_not_exists(pk)"}});
        let (_, units) = table.answer("TransactWriteItems", &json!({"TransactItems": [&first]})).unwrap();
        assert_eq!(units.write, 4.0);
        assert!(table.answer("TransactWriteItems", &json!({"TransactItems": [first]})).is_err());
        let values = json!({":version": {"N": "1"}});
        let next =
            json!({"Item": row(2), "ConditionExpression": "version = :version", "ExpressionAttributeValues": values});
        assert_eq!(table.answer("PutItem", &next).unwrap().1.write, 2.0);
        assert!(table.answer("PutItem", &next).is_err());
        let asked = json!({"KeyConditionExpression": "pk = :pk AND sk BETWEEN :from AND :to", "Limit": 5,
            "ExpressionAttributeValues": {":pk": {"S": "p"}, ":from": {"S": "MSG#"}, ":to": {"S": "MSG#~"}}});
        let (found, units) = table.answer("Query", &asked).unwrap();
        assert_eq!((found["Count"].as_u64(), units.read), (Some(1), 1.0));
    }
}
