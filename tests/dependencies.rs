//! What must not come into a function, for it would be paid for at every cold start; and what is not built for tests, for
//! it has none.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A second TLS stack, an older HTTP, a regular-expression engine, a sender of traces.
const FORBIDDEN: [&str; 8] =
    ["ring", "native-tls", "openssl", "openssl-sys", "s2n-tls", "regex", "regex-automata", "opentelemetry"];
/// Of these there is one version.
const ONCE: [&str; 9] =
    ["aws-lc-rs", "h2", "http", "http-body", "hyper", "hyper-rustls", "rustls", "rustls-webpki", "tokio"];

/// Every package a function is made of, with its version.
fn packages(function: &str) -> Result<BTreeSet<(String, String)>> {
    let package = format!("zikaron-{function}");
    let arguments = ["tree", "--offline", "--locked", "-e", "normal", "--prefix", "none", "-f", "{p}", "-p", &package];
    let answer = Command::new(env!("CARGO")).args(arguments).output()?;
    ensure!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let tree = String::from_utf8(answer.stdout)?;
    let named = |line: &str| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    tree.lines().filter(|line| !line.is_empty()).map(|line| named(line).context(line.to_owned())).collect()
}

#[test]
fn a_function_has_one_tls_stack_and_one_http_and_no_regular_expressions() -> Result<()> {
    for function in ["webhook", "reply", "summarizer", "call-start", "deliver", "api"] {
        let packages = packages(function)?;
        ensure!(packages.len() > 50, "{function}: the tree cannot be read");
        for (name, version) in &packages {
            assert!(!FORBIDDEN.contains(&name.as_str()), "{function} has {name} {version}");
        }
        for once in ONCE {
            let versions: Vec<_> = packages.iter().filter(|(name, _)| name == once).collect();
            assert!(versions.len() <= 1, "{function} has {versions:?}");
        }
    }
    Ok(())
}

/// The Rust files of a target: its folder, or the root alone where a library stands in the same folder.
fn files(root: &Path, library: bool) -> Result<Vec<PathBuf>> {
    let folder = root.parent().context("a root has a folder")?;
    if !library && folder.join("lib.rs").exists() {
        return Ok(vec![root.to_owned()]);
    }
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|name| name == "rs") {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Whether this documentation holds an example, which is a test: a fence that names no other language than Rust.
fn has_example<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let fences = lines.filter_map(|line| line.trim().strip_prefix("```"));
    fences.step_by(2).any(|language| language.is_empty() || language.starts_with("rust"))
}

/// A program is wiring, and so are some libraries: built a second time, as a test without tests, each would be linked
/// with the whole SDK again. `test = false` says so in its manifest; a test in it would never run.
#[test]
fn what_is_not_built_for_tests_has_none() -> Result<()> {
    let arguments = ["metadata", "--offline", "--locked", "--no-deps", "--format-version", "1"];
    let answer = Command::new(env!("CARGO")).args(arguments).output()?;
    ensure!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let metadata: Value = serde_json::from_slice(&answer.stdout)?;
    let packages = metadata["packages"].as_array().context("packages")?;
    let mut untested = 0;
    for target in packages.iter().filter_map(|package| package["targets"].as_array()).flatten() {
        let library = target["kind"][0] == "lib";
        if !library && target["kind"][0] != "bin" {
            continue;
        }
        let root = Path::new(target["src_path"].as_str().context("src_path")?);
        // The tests of `tests/` are roots of their own.
        let files = if root.ends_with("tests/lib.rs") { vec![root.to_owned()] } else { files(root, library)? };
        for file in files {
            let text = fs::read_to_string(&file)?;
            if target["test"] == false {
                untested += 1;
                let tests = ["#[test]", "::test]", "cfg(test)"].iter().any(|mark| text.contains(mark));
                assert!(!tests, "{} has tests, and its target says `test = false`", file.display());
            }
            if library && target["doctest"] == false {
                let comments =
                    ["///", "//!"].map(|mark| text.lines().filter_map(move |line| line.trim().strip_prefix(mark)));
                let example = comments.into_iter().any(has_example);
                assert!(!example, "{} has an example, and its target says `doctest = false`", file.display());
            }
        }
        let readme = root.ancestors().map(|folder| folder.join("README.md")).find(|file| file.exists());
        if let Some(readme) = readme.filter(|_| library && target["doctest"] == false) {
            let example = has_example(fs::read_to_string(&readme)?.lines());
            assert!(!example, "{} has an example, and its library says `doctest = false`", readme.display());
        }
    }
    ensure!(untested > 10, "{untested} files only: the manifests cannot be read");
    Ok(())
}
