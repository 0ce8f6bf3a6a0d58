//! The layers of the house, read from each crate's own imports: nothing imports what stands above it, and nothing
//! goes round.
//!
//! Read is what the code says: `use` declarations and paths, those of tests apart. A name that a folder hands on
//! (`pub use`) counts as an import of the file it comes from.

use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// From the ground up; what stands in one line stands side by side and knows nothing of each other.
const CRATES: &[&[&str]] = &[&["memory"], &["protocol"], &["channels", "ai", "testing", "import"], &["aws"]];

/// The same inside `shared/protocol`.
const PROTOCOL: &[&[&str]] = &[
    &["json", "with_background"],
    &["model"],
    &["ports", "presentation"],
    &["retry", "testing", "timer", "waiting"],
    &["amend"],
    &["identity"],
    &["session", "staff", "turn", "webhook"],
    &["call", "status"],
    &["action"],
];

/// A module as its path from the crate's root.
type Module = Vec<String>;

/// The modules of a crate with their files, and what each imports.
struct Crate {
    root: PathBuf,
    files: BTreeMap<Module, PathBuf>,
    imports: BTreeMap<Module, BTreeSet<Module>>,
}

impl Crate {
    fn read(folder: &Path) -> Result<Self> {
        let root = folder.join("src");
        let mut files = BTreeMap::new();
        find(&root, &mut Vec::new(), &mut files)?;
        ensure!(!files.is_empty(), "{} holds no modules", root.display());
        let mut named = BTreeMap::new();
        let mut handed_on = BTreeMap::new();
        for (module, file) in &files {
            let text = fs::read_to_string(file)?;
            let parsed = syn::parse_file(&text).with_context(|| file.display().to_string())?;
            let mut paths = Paths { module: module.clone(), ..Paths::default() };
            paths.visit_file(&parsed);
            handed_on.extend(paths.handed_on.into_iter().map(|(name, from)| ((module.clone(), name), from)));
            named.insert(module.clone(), paths.named);
        }
        let imports = named.into_iter().map(|(module, paths)| {
            let targets = paths.iter().filter_map(|path| target(path, &files, &handed_on));
            let others = targets.filter(|target| *target != module).collect();
            (module, others)
        });
        let imports = imports.collect();
        Ok(Self { root, files, imports })
    }

    fn name(&self, module: &Module) -> String {
        self.files[module].strip_prefix(&self.root).unwrap_or(&self.root).display().to_string()
    }

    /// A way from a module back to itself, as file names.
    fn circle(&self) -> Option<Vec<String>> {
        let mut done = BTreeSet::new();
        for start in self.files.keys() {
            if let Some(way) = self.round(start, &mut Vec::new(), &mut done) {
                return Some(way.iter().map(|module| self.name(module)).collect());
            }
        }
        None
    }

    fn round(&self, at: &Module, way: &mut Vec<Module>, done: &mut BTreeSet<Module>) -> Option<Vec<Module>> {
        if let Some(first) = way.iter().position(|module| module == at) {
            return Some(way[first..].iter().chain([at]).cloned().collect());
        }
        if done.contains(at) {
            return None;
        }
        way.push(at.clone());
        let found = self.imports[at].iter().find_map(|next| self.round(next, way, done));
        way.pop();
        done.insert(at.clone());
        found
    }
}

/// Every module below a folder; a folder's own file is `mod.rs`.
fn find(folder: &Path, module: &mut Module, files: &mut BTreeMap<Module, PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).context("a file without a name")?.to_owned();
        if path.is_dir() {
            module.push(name);
            find(&path, module, files)?;
            module.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "main" {
            let own = matches!(name.as_str(), "mod" | "lib");
            let place = module.iter().cloned().chain((!own).then_some(name)).collect();
            files.insert(place, path);
        }
    }
    Ok(())
}

/// The module a path leads to: the deepest that has a file, or the one whose name a folder hands on.
fn target(
    path: &[String],
    files: &BTreeMap<Module, PathBuf>,
    handed_on: &BTreeMap<(Module, String), Vec<String>>,
) -> Option<Module> {
    let mut length = path.len();
    while !files.contains_key(&path[..length]) {
        length = length.checked_sub(1)?;
    }
    let module = path[..length].to_vec();
    let next = path.get(length).and_then(|name| handed_on.get(&(module.clone(), name.clone())));
    match next {
        Some(from) if *from != path => target(from, files, handed_on),
        // The root has nothing of its own but what it hands on.
        _ => (!module.is_empty() || files.len() == 1).then_some(module),
    }
}

/// What a file names of its own crate.
#[derive(Default)]
struct Paths {
    module: Module,
    named: BTreeSet<Vec<String>>,
    handed_on: BTreeMap<String, Vec<String>>,
}

impl Paths {
    /// A path from the crate's root; none where it leads out of the crate.
    fn absolute(&self, segments: &[String]) -> Option<Vec<String>> {
        let mut module = self.module.clone();
        let mut segments = segments;
        match segments.first()?.as_str() {
            "crate" => return Some(segments[1..].to_vec()),
            "self" => segments = &segments[1..],
            "super" => {
                while segments.first().is_some_and(|segment| segment == "super") {
                    module.pop()?;
                    segments = &segments[1..];
                }
            }
            _ => return None,
        }
        Some(module.into_iter().chain(segments.iter().cloned()).collect())
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &[String], public: bool) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident), public),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before, public)),
            syn::UseTree::Glob(_) => self.name(before, None),
            syn::UseTree::Name(name) if name.ident == "self" => {
                self.name(before, before.last().filter(|_| public).cloned());
            }
            syn::UseTree::Name(name) => self.name(&with(&name.ident), public.then(|| name.ident.to_string())),
            syn::UseTree::Rename(name) => self.name(&with(&name.ident), public.then(|| name.rename.to_string())),
        }
    }

    fn name(&mut self, path: &[String], hands_on: Option<String>) {
        // `pub use child::Name` of a folder's own file.
        let own = || self.module.iter().cloned().chain(path.iter().cloned()).collect();
        let absolute = self.absolute(path).or_else(|| hands_on.is_some().then(own));
        let Some(absolute) = absolute else { return };
        if let Some(name) = hands_on {
            self.handed_on.insert(name, absolute.clone());
        }
        self.named.insert(absolute);
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    let tests = |meta: &syn::MetaList| meta.path.is_ident("cfg") && meta.tokens.to_string() == "test";
    attributes.iter().any(|attribute| attribute.meta.require_list().is_ok_and(tests))
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            self.tree(&item.tree, &[], !matches!(item.vis, syn::Visibility::Inherited));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.name(&segments, None);
        }
        visit::visit_path(self, path);
    }
}

/// The first import that leads from a lower layer to a higher one, or to another room of the same.
fn upward(read: &Crate, layers: &[&[&str]]) -> Result<Option<String>> {
    let floor = |module: &Module| -> Result<(usize, String)> {
        let room = module.first().context("the root of the crate")?;
        let floor = layers.iter().position(|layer| layer.contains(&room.as_str()));
        Ok((floor.with_context(|| format!("{room} stands on no floor: name one in tests/layers.rs"))?, room.clone()))
    };
    for (module, imports) in read.imports.iter().filter(|(module, _)| !module.is_empty()) {
        let (from, room) = floor(module)?;
        for import in imports {
            let (to, other) = floor(import)?;
            if room != other && to >= from {
                return Ok(Some(format!(
                    "{} imports {}, which does not stand below it",
                    read.name(module),
                    read.name(import)
                )));
            }
        }
    }
    Ok(None)
}

fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folders of all crates, as the workspace lists them.
fn members() -> Result<Vec<PathBuf>> {
    let manifest = fs::read_to_string(house().join("Cargo.toml"))?;
    let listed = manifest.split_once("members = [").and_then(|(_, rest)| rest.split_once(']')).context("no members")?.0;
    let members: Vec<_> = listed.split('"').skip(1).step_by(2).map(|member| house().join(member)).collect();
    ensure!(members.len() > 10, "the members cannot be read");
    Ok(members)
}

#[test]
fn no_import_goes_round() -> Result<()> {
    // The tests of the whole have no `src`: a file each, and what they share.
    for member in members()?.into_iter().filter(|member| member.join("src").is_dir()) {
        let read = Crate::read(&member)?;
        let name = member.strip_prefix(house())?.display().to_string();
        if let Some(circle) = read.circle() {
            anyhow::bail!("{name}: {} goes round", circle.join(" -> "));
        }
    }
    Ok(())
}

#[test]
fn no_import_of_the_protocol_goes_up() -> Result<()> {
    let found = upward(&Crate::read(&house().join("shared/protocol"))?, PROTOCOL)?;
    ensure!(found.is_none(), "{}", found.unwrap_or_default());
    Ok(())
}

#[test]
fn no_crate_depends_on_one_above_it() -> Result<()> {
    for (floor, layer) in CRATES.iter().enumerate() {
        for name in *layer {
            let manifest = fs::read_to_string(house().join("shared").join(name).join("Cargo.toml"))?;
            let dependencies = manifest.split("[dependencies]").nth(1).context("no dependencies")?;
            let dependencies = dependencies.split("\n[").next().unwrap_or_default();
            let below: Vec<&str> = CRATES[..floor].iter().copied().flatten().copied().collect();
            for line in dependencies.lines().filter_map(|line| line.strip_prefix("zikaron-")) {
                let other = line.split(['.', ' ']).next().unwrap_or_default();
                ensure!(below.contains(&other), "shared/{name} depends on {other}, which does not stand below it");
            }
        }
    }
    Ok(())
}

#[test]
fn an_import_that_goes_up_or_round_is_seen() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("zikaron-layers-{}", std::process::id()));
    let write = |file: &str, text: &str| -> Result<()> {
        let path = folder.join("src").join(file);
        fs::create_dir_all(path.parent().context("no folder")?)?;
        Ok(fs::write(path, text)?)
    };
    write("lib.rs", "pub mod low;\npub mod high;\npub use high::Thing;\n")?;
    write("low/mod.rs", "pub mod a;\npub mod b;\npub use a::A;\n")?;
    write("low/a.rs", "pub struct A;\n")?;
    write("low/b.rs", "use super::A;\n#[cfg(test)]\nmod tests { use crate::high::Thing; }\n")?;
    write("high.rs", "use crate::low::A;\npub struct Thing(A);\n")?;
    let layers: &[&[&str]] = &[&["low"], &["high"]];
    let sound = Crate::read(&folder)?;
    assert_eq!((sound.circle(), upward(&sound, layers)?), (None, None));
    write("low/a.rs", "pub struct A(Box<crate::high::Thing>);\n")?;
    let planted = Crate::read(&folder)?;
    fs::remove_dir_all(&folder)?;
    assert_eq!(planted.circle().map(|way| way.join(" ")).as_deref(), Some("high.rs low/a.rs high.rs"));
    let said = upward(&planted, layers)?;
    assert_eq!(said.as_deref(), Some("low/a.rs imports high.rs, which does not stand below it"));
    Ok(())
}
