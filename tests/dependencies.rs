//! What must not come into a function: it would be paid for at every cold start.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
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
    for function in ["webhook", "reply", "summarizer", "call-start", "api"] {
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
