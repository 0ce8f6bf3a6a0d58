//! The documents say what is there: configuration against template, code and settings, links and paths against the
//! files, invariants against the simulation.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use zikaron_memory::settings::Settings;

type Names = BTreeSet<String>;

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 7] = ["node_modules", "target", ".git", ".local", ".aws-sam", ".hypothesis", "__pycache__"];
/// What is known while a program is built.
const SET_BY_CARGO: [&str; 3] = ["CARGO_MANIFEST_DIR", "CARGO_PKG_VERSION", "OUT_DIR"];
/// Endings by which a name in backticks is taken for a file.
const ENDINGS: [&str; 9] = [".rs", ".md", ".py", ".yaml", ".yml", ".toml", ".json", ".js", ".sh"];
/// What a path may be short for in the two documents that name very many files; `glossary.md` says so.
const SHORT: [(&str, &str); 4] = [
    ("memory/", "shared/memory/src/"),
    ("channels/", "shared/channels/src/"),
    ("aws/", "shared/aws/src/"),
    ("", "shared/protocol/src/"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| path.to_owned())
}

/// Every file of the repository, from its root.
fn files() -> Result<Vec<String>> {
    let (mut found, mut ahead) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = ahead.pop() {
        for entry in fs::read_dir(root().join(&folder))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if SKIPPED.contains(&name.as_str()) {
                continue;
            }
            let path = folder.join(name);
            if entry.file_type()?.is_dir() { ahead.push(path) } else { found.push(path.to_string_lossy().into_owned()) }
        }
    }
    found.sort();
    Ok(found)
}

/// The texts of the files with one of these endings, each with its path.
fn texts(endings: &[&str]) -> Result<Vec<(String, String)>> {
    let wanted = files()?.into_iter().filter(|path| endings.iter().any(|ending| path.ends_with(ending)));
    wanted.map(|path| text(&path).map(|text| (path, text))).collect()
}

/// What stands between two marks, wherever it does; where they are the same, also what stands between two pairs.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    let behind = text.match_indices(before).filter_map(|(at, mark)| text.get(at + mark.len()..));
    behind.filter_map(move |rest| rest.split_once(after)).map(|(found, _)| found)
}

/// The text below a heading, up to the next one of its level.
fn section<'a>(document: &'a str, heading: &str) -> Result<&'a str> {
    let (_, rest) = document.split_once(&format!("\n## {heading}\n")).with_context(|| format!("no {heading:?}"))?;
    Ok(rest.split_once("\n## ").map_or(rest, |(section, _)| section))
}

/// The names in backticks in the first column of the tables.
fn first_column(section: &str) -> Names {
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" | "));
    rows.flat_map(|(cell, _)| format!("`{cell}").split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn is_variable(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

fn missing(wanted: &Names, there: &Names) -> Vec<String> {
    wanted.difference(there).cloned().collect()
}

/// Prose without fenced code.
fn prose(document: &str) -> String {
    document.split("\n```").step_by(2).collect::<Vec<_>>().join("\n")
}

/// Names in backticks, of which none goes over a line's end.
fn ticked(document: &str) -> Vec<String> {
    prose(document).lines().flat_map(|line| line.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn the_parameters_of_the_template_are_those_of_the_page() -> Result<()> {
    let template = text("template.yaml")?;
    let (_, parameters) = template.split_once("\nParameters:\n").context("no parameters")?;
    let parameters = parameters.lines().take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let is_name = |line: &&str| !line.starts_with("   ") && line.ends_with(':');
    let there: Names = parameters.filter(is_name).map(|line| line.trim().trim_end_matches(':').to_owned()).collect();
    assert!(there.len() > 20, "the template cannot be read: {there:?}");
    let page = text("docs/configuration.md")?;
    let told = first_column(section(&page, "Parameters of the stack")?);
    assert_eq!(missing(&there, &told), Vec::<String>::new(), "docs/configuration.md does not have them");
    assert_eq!(missing(&told, &there), Vec::<String>::new(), "template.yaml does not have them");
    Ok(())
}

#[test]
fn the_version_of_metas_api_is_one_in_code_template_and_docs() -> Result<()> {
    let version = |path: &str| -> Result<String> {
        let text = text(path)?;
        let (_, rest) = text.split_once("https://graph.facebook.com/v").with_context(|| format!("none in {path}"))?;
        Ok(rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect())
    };
    let pinned = version("shared/channels/src/whatsapp/graph.rs")?;
    assert_eq!(version("template.yaml")?, pinned);
    assert!(text("docs/operate.md")?.contains(&format!("is used as v{pinned} (`GraphBaseUrl`)")), "v{pinned}");
    Ok(())
}

/// In the functions and the admin command a literal in capitals with an underscore is the name of a variable, but in
/// their tests, where it may be a word of a provider's.
fn read_by_the_product(path: &str, code: &str) -> Names {
    let inside = ["shared/", "functions/", "infra/admin/"].iter().any(|folder| path.starts_with(folder));
    let ours = inside && path.contains("/src/") && path.ends_with(".rs");
    let code = code.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let literals = between(code, "\"", "\"").filter(|name| ours && is_variable(name) && name.contains('_'));
    literals.filter(|name| !SET_BY_CARGO.contains(name)).map(str::to_owned).collect()
}

/// Elsewhere it is read by name.
fn read_elsewhere(path: &str, code: &str) -> Names {
    if path.rsplit('/').next().is_some_and(|name| name.starts_with("test_")) {
        return Names::new();
    }
    let asked = ["env::var(\"", "env::var_os(\"", "environ[\"", "environ.get(\""];
    let names = asked.iter().flat_map(|asked| between(code, asked, "\""));
    names
        .filter(|name| is_variable(name) && *name != "PATH" && !SET_BY_CARGO.contains(name))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_variables_that_are_read_are_those_of_the_page() -> Result<()> {
    let page = text("docs/configuration.md")?;
    let told = first_column(section(&page, "Environment of the functions")?);
    let local = ticked(section(&page, "Local stack and tests")?).into_iter().filter(|name| is_variable(name)).collect();
    let everywhere = &told | &local;
    let template = text("template.yaml")?;
    let set = between(&template, "\n          ", ":").chain(between(&template, "\n        ", ":"));
    let set = set.filter(|name| is_variable(name)).map(str::to_owned);
    let set: Names = set.collect();
    let (mut product, mut read, mut mentioned) = (Names::new(), Names::new(), Names::new());
    for (path, code) in texts(&[".rs", ".py", "Makefile"])? {
        if path == "tests/docs.rs" {
            continue;
        }
        product.extend(read_by_the_product(&path, &code));
        read.extend(read_elsewhere(&path, &code));
        let words = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        mentioned.extend(words.filter(|name| is_variable(name)).map(str::to_owned));
    }
    assert!(set.len() > 20 && product.len() > 20 && read.len() > 10, "unreadable: {set:?} {product:?} {read:?}");
    assert_eq!(missing(&product, &told), Vec::<String>::new(), "read by a function and not told");
    assert_eq!(missing(&set, &told), Vec::<String>::new(), "set by the template and not told");
    assert_eq!(missing(&read, &everywhere), Vec::<String>::new(), "not told at all");
    assert_eq!(missing(&told, &(&set | &product)), Vec::<String>::new(), "told of the functions and not theirs");
    assert_eq!(missing(&local, &mentioned), Vec::<String>::new(), "told and nowhere to be found");
    Ok(())
}

#[test]
fn the_settings_are_those_of_the_page() -> Result<()> {
    let settings = serde_json::to_value(Settings::default())?;
    let there: Names = settings.as_object().context("settings are an object")?.keys().cloned().collect();
    let page = text("docs/configuration.md")?;
    assert_eq!(first_column(section(&page, "Settings of a business")?), there);
    Ok(())
}

/// As GitHub names the headings of a document, and what it names itself.
fn anchors(document: &str) -> Names {
    let headings = prose(document);
    let headings = headings.lines().filter(|line| line.starts_with('#')).map(|line| {
        let plain = line.trim_start_matches('#').trim().to_lowercase();
        let kept = plain.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>()
    });
    headings.chain(between(document, "id=\"", "\"").map(str::to_owned)).collect()
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::Normal(name) => plain.push(name),
            _ => {}
        }
        plain
    })
}

/// What is wrong with a link to this file of the repository.
fn wrong(target: &str) -> Option<String> {
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    if !root().join(path).exists() {
        return Some(format!("{path}: no such file"));
    }
    let named = || text(path).is_ok_and(|document| anchors(&document).contains(anchor));
    (!anchor.is_empty() && path.ends_with(".md") && !named()).then(|| format!("{path}: no #{anchor}"))
}

#[test]
fn every_link_of_a_document_leads_somewhere() -> Result<()> {
    let mut bad = Vec::new();
    for (path, document) in texts(&[".md"])? {
        let folder = Path::new(&path).parent().unwrap_or_else(|| Path::new(""));
        let prose = prose(&document);
        let links = between(&prose, "](", ")").chain(between(&prose, "src=\"", "\""));
        // A README that is its crate's documentation links modules and types too.
        let is_item = |link: &str| link.contains("::") || !link.contains(['/', '.', '#']);
        for link in links.filter(|link| !link.contains("://") && !is_item(link)) {
            let target = match link.strip_prefix('#') {
                Some(anchor) => format!("{path}#{anchor}"),
                None => plain(&folder.join(link)).to_string_lossy().into_owned(),
            };
            bad.extend(wrong(&target).map(|why| format!("{path} links {link}: {why}")));
        }
    }
    assert_eq!(bad, Vec::<String>::new());
    Ok(())
}

#[test]
fn every_document_that_code_points_at_is_there_with_its_anchor() -> Result<()> {
    let mut bad = Vec::new();
    for (path, code) in texts(&[".rs", ".py", ".md", ".yaml", ".yml", ".toml"])? {
        if path == "tests/docs.rs" {
            continue;
        }
        for found in code.match_indices("docs/").filter_map(|(at, _)| code.get(at..)) {
            let end = found.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '.' | '-' | '_' | '#'));
            let target = found.get(..end.unwrap_or(found.len())).unwrap_or_default().trim_end_matches(['.', '-', '#']);
            if target.ends_with(".md") || target.contains(".md#") {
                bad.extend(wrong(target).map(|why| format!("{path}: {why}")));
            }
        }
    }
    assert_eq!(bad, Vec::<String>::new());
    Ok(())
}

/// Whether this, in backticks, names a file or a folder; the line of a file and a place in a document are left out.
fn as_path(ticked: &str) -> Option<&str> {
    let path = ticked.split(['#', ':']).next().unwrap_or_default();
    let is_plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_'));
    let is_there = !ticked.contains("::") && !path.starts_with(['/', '-']) && !path.contains("//");
    let is_made = SKIPPED.iter().any(|skipped| path.starts_with(skipped));
    let first = path.split_once('/').map(|(first, _)| first);
    let inside = first.is_some_and(|first| !first.is_empty() && (root().join(first).is_dir()));
    let is_file = ENDINGS.iter().any(|ending| path.ends_with(ending) && path.len() > ending.len());
    let is_short = path.len() > 1 && path.ends_with('/');
    (is_plain && is_there && !is_made && (inside || is_file || is_short)).then_some(path)
}

#[test]
fn every_path_in_backticks_names_a_file() -> Result<()> {
    let files = files()?;
    let has = |path: &str| root().join(path).exists();
    let mut bad = Vec::new();
    let ours = |path: &&(String, String)| path.0.starts_with("docs/") || !path.0.contains('/');
    for (document, text) in texts(&[".md"])?.iter().filter(ours) {
        let is_short = ["docs/glossary.md", "docs/rules.md"].contains(&document.as_str());
        let folder = Path::new(document).parent().unwrap_or_else(|| Path::new(""));
        for name in ticked(text) {
            let Some(path) = as_path(&name) else { continue };
            let beside = plain(&folder.join(path));
            let by_name = || files.iter().any(|file| file.rsplit('/').next() == Some(path));
            let in_short = |(short, long): &(&str, &str)| {
                path.strip_prefix(short).is_some_and(|rest| has(&format!("{long}{rest}")))
            };
            let there = has(path) || has(&beside.to_string_lossy()) || (!path.contains('/') && by_name());
            if !there && (!is_short || !SHORT.iter().any(in_short)) {
                bad.push(format!("{document}: {path}"));
            }
        }
    }
    bad.sort();
    bad.dedup();
    assert!(bad.is_empty(), "no such files:\n{}", bad.join("\n"));
    Ok(())
}

#[test]
fn every_invariant_the_rules_name_is_one_of_the_simulation() -> Result<()> {
    let simulation: String = texts(&[".rs"])?
        .into_iter()
        .filter_map(|(path, code)| path.starts_with("tests/simulation/").then_some(code))
        .collect();
    let rules = text("docs/rules.md")?.replace("**", "").split_whitespace().collect::<Vec<_>>().join(" ");
    let named: Vec<_> = rules.split('*').skip(1).step_by(2).filter(|name| name.contains(' ')).collect();
    assert!(named.len() > 30, "the rules cannot be read: {named:?}");
    let unknown: Vec<_> = named.into_iter().filter(|name| !simulation.contains(&format!("\"{name}\""))).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    Ok(())
}
