//! Judges cases of language: reads a JSON array of `{"id", "run", "input"}` and prints one of `{"id", "outcome"}`, in
//! the same order. What a run is, and what its input holds: `shared/memory/tests/language/README.md`.
//!
//! ```text
//! $ echo '[{"id": "1", "run": "fresh", "input": {"text": "start over please"}}]' | cargo run -q -p zikaron-memory --example judge
//! [{"id":"1","outcome":true}]
//! ```

fn main() {}
