//! Writes `functions/api/openapi.json` anew.

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    Ok(std::fs::write(file, zikaron_api::openapi::described()?)?)
}
