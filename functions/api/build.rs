//! Puts what `make console` built (`console/dist`) into the function: names, media types and bytes. Nothing is built
//! here; where nothing stands there, there is no console in the function, and its address says so.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, error, fs};

fn main() -> Result<(), Box<dyn error::Error>> {
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../console/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut files: Vec<_> =
        fs::read_dir(&dist)?.collect::<Result<Vec<_>, _>>()?.iter().map(fs::DirEntry::path).collect();
    files.sort();
    let mut list = String::from("static FILES: &[(&str, &str, &[u8])] = &[\n");
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".gz"));
        let Some((name, kind)) = name.and_then(|name| Some((name, kind(name)?))) else { continue };
        writeln!(list, "    ({name:?}, {kind:?}, include_bytes!({:?})),", file.canonicalize()?)?;
    }
    list.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("console.rs"), list)?;
    Ok(())
}

/// The media type of a file by its name.
fn kind(name: &str) -> Option<&'static str> {
    let kinds = [
        ("html", "text/html; charset=utf-8"),
        ("js", "text/javascript; charset=utf-8"),
        ("css", "text/css; charset=utf-8"),
        ("svg", "image/svg+xml"),
    ];
    let ending = name.rsplit('.').next()?;
    kinds.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)
}
