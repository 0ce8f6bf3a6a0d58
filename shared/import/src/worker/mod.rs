//! Works off an import that staff asked for through the API, in pieces (docs/rules.md#n8): the files are checked, then what
//! they say is stored, then digested.
//!
//! A piece ends when its time is over, and publishes that there is more. Each of its steps is written into the import's item
//! before the next one, on the condition that nobody else wrote. So of two workers beside each other one stops, and so
//! does one whose import was cancelled; the other has no need of what it did, for whatever is done is found done. Where a
//! worker dies, its event is delivered again, and goes on at the step that was not written.

mod check;
mod digesting;
mod file;
mod storing;

use crate::plan::{Limits, PlanError};
use crate::store::ImportError;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::{info, warn};
use zikaron_memory::country::Country;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::chat_import::{
    ChatImport, ChatImportStage, ImportDue, ImportPlace, ImportStop, StagedFile,
};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Clock, EventBus, Ids, ImportStore, Ports, Staging, Unavailable};
use zikaron_protocol::session::outcome::EndError;
use zikaron_protocol::staff::{EditError, put_chat_import};

/// After this long a piece begins no further step: the function has two minutes, of which a digest takes the model's one. A
/// step that is cut off all the same is done again.
const PIECE: SignedDuration = SignedDuration::from_secs(30);
/// Settings are kept in memory for a minute: so long after staff started an import they may be those from before.
const SETTINGS_OLD: SignedDuration = SignedDuration::from_mins(2);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worked {
    /// The import is over, does not wait for anybody, or is another one by now.
    Nothing,
    /// Somebody else works on it, or staff cancelled it.
    Elsewhere,
    /// A piece is done, and it was published that there is more.
    More,
    /// It stopped, for a reason that staff see.
    Stopped,
    /// It is over now.
    Over,
}

/// Works on an import for a while. Messages older than `keep_days` stay out; none: none do.
///
/// # Errors
/// [`EndError`]: deliver the event again.
pub async fn due<P: Ports, F: Staging>(
    p: &P,
    staging: &F,
    keep_days: Option<u32>,
    due: &ImportDue,
) -> Result<Worked, EndError>
where
    P::Store: ImportStore,
{
    let (business, now) = (&due.business, p.clock().now());
    let stands = p.store().chat_import(business).await?;
    let Some(import) = stands.filter(|stands| stands.id == due.import) else { return Ok(Worked::Nothing) };
    if import.is_over() {
        // Who ended it may have died before the files were gone.
        remove_files(staging, business, &import).await;
        return Ok(Worked::Nothing);
    }
    if !import.is_running() {
        return Ok(Worked::Nothing);
    }
    let settings = p.store().settings(business).await?;
    if !settings.enable_customer_service && now < import.moved_at + SETTINGS_OLD {
        // It was on when the import was started, a moment ago.
        return Err(EndError::Contended);
    }
    let since = keep_days.and_then(|days| now.checked_sub(DAY * i32::try_from(days).unwrap_or(i32::MAX)).ok());
    let work = Work {
        p,
        staging,
        business,
        zone: zone(&import, &settings)?,
        country: settings.country,
        limits: Limits { idle: p.config().idle, since },
        until: now + PIECE,
        writer: p.ids().ulid(),
        has_stepped: AtomicBool::new(false),
    };
    let worked = if settings.enable_customer_service {
        Box::pin(work.go_on(import)).await
    } else {
        work.stop(&import, ImportStop::MemoryOff).await.map(|_| Worked::Stopped)
    };
    let worked = match worked {
        Ok(worked) | Err(Halt::Ended(worked)) => worked,
        Err(Halt::Failed(error)) => return Err(error),
    };
    if worked == Worked::More {
        p.bus().publish(&[Event::ImportDue(due.clone())]).await?;
    }
    Ok(worked)
}

/// Where the phones were that exported the files. One that was started before this was written down is read where the business
/// is.
fn zone(import: &ChatImport, settings: &Settings) -> Result<TimeZone, Unavailable> {
    let name = import.options.time_zone.clone().unwrap_or_else(|| settings.zone().name().to_owned());
    TimeZone::get(&name).map_err(|error| Unavailable::unreadable("the time zone of an import", &error))
}

/// What is not removed now goes by itself after a week.
async fn remove_files<F: Staging>(staging: &F, business: &BusinessId, import: &ChatImport) {
    for number in 0..import.files.len() {
        if let Err(error) = staging.remove(&staged(business, import, number)).await {
            warn!(%business, import = %import.id, number, %error, "a file is left to the bucket");
        }
    }
}

fn staged(business: &BusinessId, import: &ChatImport, number: usize) -> StagedFile {
    StagedFile { business: business.clone(), import: import.id.clone(), number }
}

/// Why a step is not followed by the next one.
enum Halt {
    /// Nothing is wrong.
    Ended(Worked),
    /// The event is to be delivered again.
    Failed(EndError),
}

impl From<EndError> for Halt {
    fn from(error: EndError) -> Self {
        Self::Failed(error)
    }
}

impl From<Unavailable> for Halt {
    fn from(error: Unavailable) -> Self {
        Self::Failed(error.into())
    }
}

impl From<PlanError> for Halt {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Unavailable(error) => error.into(),
            PlanError::Id(error) => Unavailable::unreadable("a line of a chat", &error).into(),
        }
    }
}

impl From<EditError> for Halt {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Unavailable(error) => error.into(),
            // Erased, or written by others, at this moment: the next delivery finds what is so then.
            _ => EndError::Contended.into(),
        }
    }
}

impl From<ImportError> for Halt {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unavailable(error) => error.into(),
            ImportError::Lead(error) => error.into(),
            ImportError::Gone | ImportError::Contended => EndError::Contended.into(),
        }
    }
}

/// What a piece is done with.
struct Work<'a, P, F> {
    p: &'a P,
    staging: &'a F,
    business: &'a BusinessId,
    /// Where the phones were that exported the files.
    zone: TimeZone,
    country: Option<Country>,
    limits: Limits,
    /// From then on no step begins.
    until: Timestamp,
    /// This invocation.
    writer: String,
    /// Whether it has written a step: each piece does one at least, however long its files take to be read.
    has_stepped: AtomicBool,
}

impl<P: Ports, F: Staging> Work<'_, P, F>
where
    P::Store: ImportStore,
{
    async fn go_on(&self, mut import: ChatImport) -> Result<Worked, Halt> {
        loop {
            import = match import.stage {
                ChatImportStage::Checking => Box::pin(self.check(import)).await?,
                ChatImportStage::Storing => Box::pin(self.store(import)).await?,
                ChatImportStage::Digesting => Box::pin(self.digest(import)).await?,
                ChatImportStage::Waiting
                | ChatImportStage::Done
                | ChatImportStage::Refused
                | ChatImportStage::Cancelled => return Ok(Worked::Over),
            };
        }
    }

    /// Halts where the time of this piece is over.
    fn in_time(&self) -> Result<(), Halt> {
        let is_over = self.p.clock().now() >= self.until && self.has_stepped.load(Ordering::Relaxed);
        if is_over { Err(Halt::Ended(Worked::More)) } else { Ok(()) }
    }

    fn next(&self, import: &ChatImport) -> ChatImport {
        import.next(&self.writer, self.p.clock().now())
    }

    /// Writes a step. Halts where somebody else wrote first.
    async fn put(&self, next: ChatImport) -> Result<ChatImport, Halt> {
        if !put_chat_import(self.p.store(), self.business, &next).await? {
            return Err(Halt::Ended(Worked::Elsewhere));
        }
        self.has_stepped.store(true, Ordering::Relaxed);
        Ok(next)
    }

    /// The turn of the next customer.
    async fn next_customer(&self, import: &ChatImport) -> Result<ChatImport, Halt> {
        let customer = import.place.customer + 1;
        self.put(ChatImport { place: ImportPlace { customer, ..ImportPlace::default() }, ..self.next(import) }).await
    }

    /// Leaves it to staff to go on.
    async fn stop(&self, import: &ChatImport, why: ImportStop) -> Result<ChatImport, Halt> {
        self.put(ChatImport { stopped: Some(why), ..self.next(import) }).await?;
        warn!(business = %self.business, import = %import.id, ?why, metric.imports_stopped = 1, "an import of chats stopped");
        Err(Halt::Ended(Worked::Stopped))
    }

    /// Ends it, and removes its files.
    async fn end(&self, import: &ChatImport, stage: ChatImportStage) -> Result<ChatImport, Halt> {
        let over = self.put(self.next(import).over(stage)).await?;
        remove_files(self.staging, self.business, &over).await;
        let counts = over.counts;
        info!(
            business = %self.business,
            import = %over.id,
            stage = ?over.stage,
            messages = counts.messages,
            digested = counts.digested,
            failed = counts.failed,
            tokens = counts.tokens,
            metric.imports_over = 1,
            "an import of chats is over"
        );
        Ok(over)
    }
}
