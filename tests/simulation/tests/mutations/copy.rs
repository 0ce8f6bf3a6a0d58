//! A copy of the part of the workspace the simulation is made of, with all mutations in it.
//!
//! It stands below the target directory, and nothing is written anywhere else. A file is written only where it changes,
//! so that a second run builds nothing.

use crate::edit::edited;
use crate::mutation::{Edit, Mutation};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Its crates stand in a folder of this name. Cargo tells crates of a workspace apart by their place in it: with the
/// same place as the originals they would overwrite each other in the target directory.
const FOLDER: &str = "mutated";
/// The crate whose code is edited.
const EDITED: &str = "shared/protocol";
/// What is built, and all it depends on is copied.
const SIMULATION: &str = "tests/simulation";
/// The crate that looks for the mutations, which is in the copy alone.
const RUNNER: &str = "runner";

/// The files of the copy, by their place in it.
pub(crate) struct Copy(BTreeMap<PathBuf, Vec<u8>>);

impl Copy {
    /// The copy of the workspace at `root`.
    pub(crate) fn new(root: &Path, mutations: &[Mutation]) -> Result<Self> {
        let manifest: Table = toml::from_str(&read(root.join("Cargo.toml"))?)?;
        let members = members(root, &manifest)?;
        let mut copy = Self(BTreeMap::new());
        for member in &members {
            copy.take(&root.join(member), &Path::new(FOLDER).join(member))?;
        }
        copy.edit(mutations)?;
        copy.add_runner()?;
        copy.put("Cargo.toml", reduced(manifest, &members)?.to_string());
        copy.put("Cargo.lock", read(root.join("Cargo.lock"))?);
        Ok(copy)
    }

    fn put(&mut self, at: impl Into<PathBuf>, text: String) {
        self.0.insert(at.into(), text.into_bytes());
    }

    /// Takes a folder over as it is.
    fn take(&mut self, from: &Path, to: &Path) -> Result<()> {
        for entry in from.read_dir()? {
            let entry = entry?;
            let (from, to) = (entry.path(), to.join(entry.file_name()));
            if entry.file_type()?.is_dir() {
                self.take(&from, &to)?;
            } else {
                self.0.insert(to, std::fs::read(&from)?);
            }
        }
        Ok(())
    }

    /// Makes all edits, and gives the crate the switch they ask.
    fn edit(&mut self, mutations: &[Mutation]) -> Result<()> {
        let source = Path::new(FOLDER).join(EDITED).join("src");
        let mut files: BTreeMap<&str, Vec<(&str, &Edit)>> = BTreeMap::new();
        for mutation in mutations {
            for edit in &mutation.edits {
                files.entry(&edit.file).or_default().push((&mutation.name, edit));
            }
        }
        let mut wrong = Vec::new();
        for (file, edits) in files {
            // Of a file that is not there nothing is found.
            let text = self.0.get(&source.join(file)).map(|text| String::from_utf8_lossy(text)).unwrap_or_default();
            match edited(file, &text, &edits) {
                Ok(text) => self.put(source.join(file), text),
                Err(more) => wrong.extend(more),
            }
        }
        ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        let library = source.join("lib.rs");
        let text = self.0.get(&library).context("no lib.rs")?;
        // Nobody reads the copy: it is not linted, whatever flags the compiler is run with.
        let text = format!("#![allow(warnings)]\n{}\npub mod mutation;\n", String::from_utf8_lossy(text));
        self.put(library, text);
        self.put(source.join("mutation.rs"), include_str!("in_the_copy/mutation.rs").to_owned());
        Ok(())
    }

    fn add_runner(&mut self) -> Result<()> {
        let folder = Path::new(FOLDER).join(RUNNER);
        let manifest = format!(
            "[package]\nname = \"zikaron-mutations\"\nversion.workspace = true\nedition.workspace = true\n\n\
             [dependencies]\nzikaron-protocol.workspace = true\nzikaron-simulation.path = \"../{SIMULATION}\"\n\
             serde_json.workspace = true\n"
        );
        self.put(folder.join("Cargo.toml"), manifest);
        self.put(folder.join("src/main.rs"), include_str!("in_the_copy/runner.rs").to_owned());
        Ok(())
    }

    /// Writes what differs, and takes away what does not belong to it.
    pub(crate) fn write(&self, to: &Path) -> Result<()> {
        remove_others(&to.join(FOLDER), &self.0.keys().map(|file| to.join(file)).collect())?;
        for (file, text) in &self.0 {
            let file = to.join(file);
            if std::fs::read(&file).ok().as_ref() != Some(text) {
                std::fs::create_dir_all(file.parent().context("no folder")?)?;
                std::fs::write(&file, text)?;
            }
        }
        Ok(())
    }
}

fn read(file: PathBuf) -> Result<String> {
    std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))
}

fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in folder.read_dir().into_iter().flatten() {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, wanted)?;
        } else if !wanted.contains(&path) {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The simulation and every crate of the workspace it depends on.
fn members(root: &Path, manifest: &Table) -> Result<BTreeSet<String>> {
    let (mut members, mut ahead) = (BTreeSet::new(), vec![SIMULATION.to_owned()]);
    while let Some(member) = ahead.pop() {
        let own: Table = toml::from_str(&read(root.join(&member).join("Cargo.toml"))?)?;
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let names = own.get(kind).and_then(Value::as_table).into_iter().flat_map(Table::keys);
            ahead.extend(names.filter_map(|name| place_of(manifest, name)));
        }
        members.insert(member);
        ahead.retain(|next| !members.contains(next));
    }
    Ok(members)
}

/// The folder of a crate of this workspace.
fn place_of(manifest: &Table, name: &str) -> Option<String> {
    Some(manifest.get("workspace")?.get("dependencies")?.get(name)?.get("path")?.as_str()?.to_owned())
}

/// The manifest of a workspace of these members alone.
fn reduced(mut manifest: Table, members: &BTreeSet<String>) -> Result<Table> {
    let workspace = manifest.get_mut("workspace").and_then(Value::as_table_mut).context("no workspace")?;
    workspace.remove("default-members");
    let crates = members.iter().map(String::as_str).chain([RUNNER]);
    workspace.insert("members".to_owned(), Value::Array(crates.map(|of| format!("{FOLDER}/{of}").into()).collect()));
    workspace.insert("lints".to_owned(), Table::new().into());
    let dependencies = workspace.get_mut("dependencies").and_then(Value::as_table_mut).context("no dependencies")?;
    dependencies.retain(|_, of| of.get("path").and_then(Value::as_str).is_none_or(|path| members.contains(path)));
    for of in dependencies.iter_mut().filter_map(|(_, of)| of.as_table_mut()) {
        if let Some(Value::String(path)) = of.get_mut("path") {
            *path = format!("{FOLDER}/{path}");
        }
    }
    let profiles = manifest.get_mut("profile").and_then(Value::as_table_mut);
    // What is deployed is not built here, and its profile names crates that are not in the copy.
    profiles.map(|profiles| profiles.remove("release"));
    Ok(manifest)
}

/// Fails where a copy is built of other versions than what it is copied from.
pub(crate) fn same_versions(root: &Path, copy: &Path) -> Result<()> {
    let packages = |at: &Path| -> Result<Vec<Value>> {
        let lock: Table = toml::from_str(&read(at.join("Cargo.lock"))?)?;
        Ok(lock.get("package").and_then(Value::as_array).context("no packages")?.clone())
    };
    let known = packages(root)?;
    let is_ours = |package: &Value| package.get("source").is_none();
    let version = |package: &Value| ["name", "version", "checksum"].map(|part| package.get(part).cloned());
    let known: Vec<_> = known.iter().map(version).collect();
    for package in packages(copy)?.iter().filter(|package| !is_ours(package)) {
        if !known.contains(&version(package)) {
            bail!("the copy is built with another {:?} than Cargo.lock says", version(package));
        }
    }
    Ok(())
}
