//! The story of one customer on the local stack, without a hand: he writes, falls silent, is remembered, returns, is
//! asked, and starts fresh. `make demo` starts the stack and this.

mod show;
mod story;

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match story::tell().await {
        Ok(()) => {
            show::line("demo: ok");
            ExitCode::SUCCESS
        }
        Err(error) => {
            show::line(&format!("demo: failed: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
