//! `make voice`: voice notes to a transcriber by the product's own client, and what it heard.
//!
//! `BASE_URL`, `MODEL` and `API_KEY` name it; the arguments are the files. The language is told as it stands in a file's
//! name (`voice-he.ogg`), once; and once it is left to the model, as for a customer whose language nobody knows.

use secrecy::SecretString;
use std::error::Error;
use std::path::Path;
use std::time::Instant;
use zikaron_ai::transcriber::HttpTranscriber;
use zikaron_protocol::ports::{Hints, MediaFile, Transcriber};

const LANGUAGES: [&str; 4] = ["he", "en", "ru", "ar"];

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "prints what was heard")]
#[expect(clippy::disallowed_methods, reason = "a process of its own")]
async fn main() -> Result<(), Box<dyn Error>> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let base = variable("BASE_URL").ok_or("BASE_URL is missing")?;
    let model = variable("MODEL").unwrap_or_else(|| "whisper-1".to_owned());
    let transcriber = HttpTranscriber::new(reqwest::Client::new, &base, variable("API_KEY").map(SecretString::from))?;
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let file = MediaFile { bytes, mime_type: "audio/ogg; codecs=opus".to_owned() };
        let stem = Path::new(&path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let known = LANGUAGES.into_iter().find(|language| stem.ends_with(&format!("-{language}")));
        for language in [known, None] {
            let hints = Hints { model: model.clone(), language, words: Vec::new() };
            let begun = Instant::now();
            let told = language.map_or("no language told", |language| language);
            match transcriber.transcribe(&file, &hints).await {
                Ok(heard) => {
                    let length = heard.seconds.unwrap_or_default();
                    println!(
                        "{stem} ({told}): {length:.1} s heard in {:.1} s: {}",
                        begun.elapsed().as_secs_f64(),
                        heard.text
                    );
                }
                Err(error) => println!("{stem} ({told}): {error}"),
            }
        }
    }
    Ok(())
}
