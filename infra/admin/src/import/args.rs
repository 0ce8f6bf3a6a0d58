//! What is imported, and how.

use clap::{Args, Subcommand, ValueEnum};
use jiff::tz::TimeZone;
use std::path::PathBuf;
use zikaron_import::chat::DateOrder;
use zikaron_import::files::ChatFiles;
use zikaron_memory::country::Country;

/// What is imported.
#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// WhatsApp chats as phones export them, texts or ZIPs, one customer each.
    Chats {
        #[command(flatten)]
        chats: ChatsArgs,
        #[command(flatten)]
        bounds: Bounds,
    },
    /// Transcripts of calls, a JSON object a line.
    Calls {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        bounds: Bounds,
    },
}

/// How chats are imported.
#[derive(Args)]
pub(crate) struct ChatsArgs {
    /// The files.
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The business's own name in these chats, where the files do not tell who is who.
    #[arg(long)]
    pub(super) business_name: Option<String>,
    /// The customer's number, for one file that does not tell it.
    #[arg(long)]
    pub(super) phone: Option<String>,
    /// A file that gives the numbers of names, a line each: `Dana Levi, +972550000001`.
    #[arg(long)]
    pub(super) phones: Option<PathBuf>,
    /// The order of day, month and year, for files that do not decide it.
    #[arg(long, value_enum)]
    pub(super) date_order: Option<Order>,
    /// Where the phone was that exported them (IANA, `Asia/Jerusalem`); by default where the business is.
    #[arg(long)]
    pub(super) time_zone: Option<String>,
}

impl ChatsArgs {
    /// The files with what is said of them.
    pub(super) fn files<'a>(&'a self, zone: &'a TimeZone, country: Option<Country>) -> ChatFiles<'a> {
        ChatFiles {
            files: &self.files,
            business_name: self.business_name.as_deref(),
            phone: self.phone.as_deref(),
            phones: self.phones.as_deref(),
            date_order: self.date_order.map(Into::into),
            zone,
            country,
        }
    }
}

/// What an import may take, and how the stack is set.
#[derive(Args)]
pub(crate) struct Bounds {
    /// Digests for at most so many tokens, by an estimate, the oldest conversations first; 0: none.
    #[arg(long, default_value_t = 1_000_000)]
    pub(super) max_tokens: u64,
    /// Says what would be done and what it would take, and does nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// The silence that ends a session: the stack's parameter `SessionIdleSeconds`.
    #[arg(long, env = "SESSION_IDLE_SECONDS", default_value_t = 900)]
    pub(super) idle_seconds: u32,
    /// How many days messages are kept (0: for ever): the stack's parameter `MessageRetentionDays`. Older ones stay out.
    #[arg(long, env = "MESSAGE_RETENTION_DAYS", default_value_t = 365)]
    pub(super) message_retention_days: u32,
}

/// The order of a date's numbers.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Order {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl From<Order> for DateOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Dmy => Self::DayFirst,
            Order::Mdy => Self::MonthFirst,
            Order::Ymd => Self::YearFirst,
        }
    }
}
