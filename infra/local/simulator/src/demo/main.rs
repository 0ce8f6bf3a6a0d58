//! The story of one customer on the local stack, without a hand: he writes, falls silent, is remembered, calls and
//! changes his mind, writes again, is asked, starts fresh, moves; staff enter his name, he gives another. `make demo`
//! starts the stack and this.

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
