//! The simulation finds bugs: every mutation of the protocol breaks a promise within so many seeds.
//!
//! A mutation is a file of `mutations/`. Nothing of it is in the protocol itself: all of them are made in one copy of it,
//! each behind a switch, and the copy is built and run once.

mod copy;
mod edit;
mod mutation;

use anyhow::{Context, Result, ensure};
use copy::{Copy, same_versions};
use mutation::Mutation;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use zikaron_simulation::many;

/// A mutation that is not found by then is a hole in the net.
const SEEDS: u64 = 3_000;
/// So many seeds show that a mutation that is not active changes nothing.
const SEEDS_WITHOUT: u64 = 100;

/// What the runner of the copy says.
#[derive(Deserialize)]
struct Answer {
    /// What so many seeds came to while no mutation was active.
    without: String,
    /// For each mutation the first seed that breaks a promise, and the promise.
    found: BTreeMap<String, Option<(u64, String)>>,
}

#[test]
fn every_mutation_breaks_a_promise() {
    match look_for_all() {
        Ok(table) => println!("{table}"),
        Err(error) => panic!("{error:#}"),
    }
}

/// By what each is found, as a table.
fn look_for_all() -> Result<String> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().nth(2).context("no workspace")?;
    let mutations = Mutation::all(&package.join("mutations"))?;
    let answer = in_a_copy(root, &mutations)?;
    let without = many(0, SEEDS_WITHOUT, 2);
    ensure!(answer.without == without.counts.table(), "a mutation changes something while it is not active");
    let mut table = format!("{:<34}{:>6}  found by\n", "mutation", "seeds");
    let mut missed = Vec::new();
    for Mutation { name, what, .. } in &mutations {
        let found = answer.found.get(name).with_context(|| format!("{name} was not looked for"))?;
        if let Some((seed, promise)) = found {
            table += &format!("{name:<34}{:>6}  {promise}\n", seed + 1);
        } else {
            missed.push(format!("{name}: {what}"));
        }
    }
    ensure!(missed.is_empty(), "{table}no promise is broken by\n  {}", missed.join("\n  "));
    Ok(table)
}

/// Makes the copy, builds it and runs it.
fn in_a_copy(root: &Path, mutations: &[Mutation]) -> Result<Answer> {
    // Below it cargo builds what this test is part of, wherever that is.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("no target directory")?;
    let folder = target.join("mutations");
    std::fs::create_dir_all(&folder)?;
    // One at a time, where several checkouts share a target directory.
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    Copy::new(root, mutations)?.write(&folder)?;
    let mut command = Command::new(env!("CARGO"));
    // From the root, where cargo finds its configuration. Offline: what the copy is built of is here already. With the
    // same target directory, all of it but the copied crates is built already, too.
    command.current_dir(root).args(["run", "--quiet", "--offline", "--package", "zikaron-mutations"]);
    command.arg("--manifest-path").arg(folder.join("Cargo.toml")).arg("--target-dir").arg(target);
    command.args(["--", &SEEDS.to_string(), &SEEDS_WITHOUT.to_string()]);
    command.args(mutations.iter().map(|mutation| match &mutation.situation {
        Some(situation) => format!("{}={situation}", mutation.name),
        None => mutation.name.clone(),
    }));
    let output = command.output()?;
    ensure!(output.status.success(), "the copy fails: {}", String::from_utf8_lossy(&output.stderr));
    same_versions(root, &folder)?;
    Ok(serde_json::from_slice(&output.stdout)?)
}
