//! Makes the client from the staff API's own document.

use openapi_to_rust::{CodeGenerator, GeneratorConfig, SchemaAnalyzer};
use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;

const DOCUMENT: &str = "../../../functions/api/openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={DOCUMENT}");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let output_dir = out.join("client");
    let document = serde_json::from_str(&std::fs::read_to_string(DOCUMENT)?)?;
    let mut analysis = SchemaAnalyzer::new(document)?.analyze()?;
    let config = GeneratorConfig {
        output_dir: output_dir.clone(),
        enable_sse_client: false,
        tracing_enabled: false,
        ..GeneratorConfig::default()
    };
    let generator = CodeGenerator::new(config);
    let made = generator.generate_all(&mut analysis)?;
    generator.write_files(&made)?;
    // Files that begin with attributes of their own can be modules, but not be included.
    let mut modules = String::new();
    for name in ["types", "client"] {
        writeln!(modules, "#[path = {:?}]\npub mod {name};", output_dir.join(format!("{name}.rs")))?;
    }
    std::fs::write(out.join("modules.rs"), modules)?;
    Ok(())
}
