//! The story of one customer on the local stack, played by itself: they write, fall silent, are remembered, call and
//! change their mind, write again, are asked whether to continue, start fresh, move; staff enter their name, they give
//! another, send a voice note, and ask on the phone for a price on WhatsApp and to be called. Another, of long ago, is
//! asked whether what they preferred is still so. `make demo` starts the stack and this.

mod ageing;
mod desk;
mod show;
mod story;

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match story::play().await {
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
