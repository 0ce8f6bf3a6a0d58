//! What is printed: a line as soon as a case ends, and all of them as a table.

#![expect(clippy::print_stdout, reason = "the report is what `make chaos` is run for")]

use crate::case::Row;

/// The table.
pub(crate) fn print(rows: &[Row]) {
    println!("\n{:<63} {:>5} {:>6}  outcome", "case", "hits", "s");
    rows.iter().for_each(row);
    let broken = rows.iter().filter(|row| row.verdict.is_err()).count();
    println!("{} cases, {} held, {broken} broken\n", rows.len(), rows.len() - broken);
}

/// Name, how often the fault hit, seconds until all was quiet, and how it ended.
pub(crate) fn row(row: &Row) {
    let outcome = match &row.verdict {
        Ok(end) => end.clone(),
        Err(why) => format!("BROKEN: {why}"),
    };
    println!("{:<63} {:>5} {:>6.0}  {outcome}", row.name, row.hits, row.seconds);
}

/// What a case has counted.
pub(crate) fn note(told: &str) {
    println!("    {told}");
}
