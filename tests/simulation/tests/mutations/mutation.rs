//! A deliberate bug, as it is written down in `mutations/`.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::path::Path;

/// What its file holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mutation {
    /// The name of the file.
    #[serde(skip)]
    pub(crate) name: String,
    /// What is wrong with it, in a sentence.
    pub(crate) what: String,
    /// The staged situation that finds it, where no seed does within reason; the runner knows their names.
    pub(crate) situation: Option<String>,
    /// All of them make the bug.
    #[serde(rename = "edit")]
    pub(crate) edits: Vec<Edit>,
}

/// One place of the protocol.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// Below `shared/protocol/src`.
    pub(crate) file: String,
    /// What stands there exactly once, however it is broken into lines.
    pub(crate) find: String,
    /// What stands there in the copy: the same, unless the mutation is active.
    pub(crate) replace: String,
}

impl Mutation {
    /// All of a folder, by name.
    pub(crate) fn all(folder: &Path) -> Result<Vec<Self>> {
        let files = folder.read_dir()?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        let mut mutations = files.iter().map(|file| Self::read(file)).collect::<Result<Vec<_>>>()?;
        mutations.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(mutations)
    }

    fn read(file: &Path) -> Result<Self> {
        let name = file.file_stem().and_then(|name| name.to_str()).context("a name")?;
        Self::parse(name, &std::fs::read_to_string(file)?).with_context(|| format!("{}", file.display()))
    }

    fn parse(name: &str, text: &str) -> Result<Self> {
        let mutation = Self { name: name.to_owned(), ..toml::from_str(text)? };
        mutation.is_guarded().map(|()| mutation)
    }

    /// One copy holds all mutations, and each must be asleep while another is tried.
    fn is_guarded(&self) -> Result<()> {
        let Self { name, what, edits, .. } = self;
        ensure!(what.ends_with('.') && !edits.is_empty(), "mutation {name}: it has a sentence and at least one edit");
        let asks = format!("crate::mutation::is_active(\"{name}\")");
        let count = |what: &str| edits.iter().map(|edit| edit.replace.matches(what).count()).sum::<usize>();
        let (own, all) = (count(&asks), count("mutation::is_active("));
        ensure!(own > 0 && own == all, "mutation {name}: its edits ask {asks}, and for no other");
        Ok(())
    }
}

#[test]
fn a_mutation_asks_whether_it_is_active_and_for_no_other() {
    let text = |replace: &str| {
        format!(
            "what = \"The fence stays.\"\n[[edit]]\nfile = \"turn/lease.rs\"\nfind = '+= 1'\nreplace = '{replace}'\n"
        )
    };
    let own = "+= u64::from(!crate::mutation::is_active(\"fence\"))";
    assert_eq!(Mutation::parse("fence", &text(own)).unwrap().edits[0].find, "+= 1");
    for replace in ["+= 0", &own.replace("fence", "gate"), &format!("{own} + {}", own.replace("fence", "gate"))] {
        let wrong = Mutation::parse("fence", &text(replace)).unwrap_err().to_string();
        assert!(wrong.starts_with("mutation fence: its edits ask crate::mutation::is_active(\"fence\")"), "{wrong}");
    }
}
