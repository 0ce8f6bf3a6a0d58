//! The third stage: conversations are digested one after the other, of each customer the oldest first, so that the model is
//! shown what was known by then. What a digest takes is written down before it is asked for: whatever dies, no more is
//! spent than was said.

use super::{Halt, Work};
use crate::digest::begin;
use crate::plan::{PastSession, Progress, plan};
use zikaron_protocol::model::chat_import::{ChatImport, ChatImportStage, ImportPlace, ImportStop};
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::{ImportStore, Ports, Staging};
use zikaron_protocol::session::close;
use zikaron_protocol::session::outcome::{Digested, Ended};
use zikaron_protocol::staff::StaffService;

/// After so many digests in a row that failed, the model is ill: more would only wait for it.
const MAX_FAILED: u32 = 8;

impl<P: Ports, F: Staging> Work<'_, P, F>
where
    P::Store: ImportStore,
{
    /// Has digested what the budget pays for, and ends the import.
    pub(super) async fn digest(&self, mut import: ChatImport) -> Result<ChatImport, Halt> {
        let customers = import.customers();
        while import.place.customer < customers {
            self.in_time()?;
            import = Box::pin(self.digest_customer(import)).await?;
            if import.is_over() {
                return Ok(import);
            }
        }
        self.end(&import, ChatImportStage::Done).await
    }

    async fn digest_customer(&self, mut import: ChatImport) -> Result<ChatImport, Halt> {
        let Some((phone, parts)) = self.customer(&import).await? else {
            return self.stop(&import, ImportStop::FileGone).await;
        };
        let digested = import.place.part;
        for part in parts.into_iter().skip(digested) {
            let plan = plan(self.p.store(), self.business, phone.clone(), &part, self.limits).await?;
            let is_last = |session: &PastSession| import.place.after.as_ref() == Some(&session.id);
            let passed = plan.sessions.iter().position(is_last).map_or(0, |at| at + 1);
            for session in plan.sessions.iter().skip(passed) {
                import = Box::pin(self.digest_one(import, &phone, session)).await?;
                if import.is_over() {
                    return Ok(import);
                }
            }
            let place = ImportPlace { part: import.place.part + 1, after: None, session: None, ..import.place };
            import = self.put(ChatImport { place, ..self.next(&import) }).await?;
        }
        let customer = import.place.customer + 1;
        self.put(ChatImport { place: ImportPlace { customer, ..ImportPlace::default() }, ..self.next(&import) }).await
    }

    async fn digest_one(
        &self,
        mut import: ChatImport,
        phone: &E164,
        session: &PastSession,
    ) -> Result<ChatImport, Halt> {
        let is_paid = import.place.session.as_ref() == Some(&session.id);
        match session.progress {
            // Whoever asked for it died before that was written down.
            Progress::Done if is_paid => return self.digested(import, session, true).await,
            Progress::Nothing | Progress::Done => return Ok(import),
            Progress::Due | Progress::UnderWay => self.in_time()?,
        }
        if !is_paid {
            // One that somebody asked for before is paid for.
            let tokens = if session.progress == Progress::Due { session.tokens } else { 0 };
            if import.counts.tokens.saturating_add(tokens) > import.options.max_tokens {
                return self.end(&import, ChatImportStage::Done).await;
            }
            let mut next = self.next(&import);
            next.counts.tokens += tokens;
            next.place.session = Some(session.id.clone());
            import = self.put(next).await?;
        }
        let p = self.p;
        let staff = StaffService { store: p.store(), clock: p.clock(), ids: p.ids() };
        let key = staff.open(self.business, phone).await?.key;
        if session.progress == Progress::Due {
            begin(p.store(), p.clock(), &key, session).await?;
        }
        let hint = TimerFired { key, session: session.id.clone(), generation: 0 };
        let ended = Box::pin(close::fire(p, &hint)).await?;
        let is_digested = matches!(ended, Ended::Nothing | Ended::Closed(Digested::Written | Digested::Nothing));
        self.digested(import, session, is_digested).await
    }

    /// Writes down what became of a digest.
    async fn digested(&self, import: ChatImport, session: &PastSession, is_digested: bool) -> Result<ChatImport, Halt> {
        let mut next = self.next(&import);
        next.place.session = None;
        next.place.after = Some(session.id.clone());
        if is_digested {
            next.counts.digested += 1;
            next.failed_in_a_row = 0;
        } else {
            next.counts.failed += 1;
            next.failed_in_a_row += 1;
        }
        let import = self.put(next).await?;
        if import.failed_in_a_row >= MAX_FAILED {
            return self.stop(&import, ImportStop::ModelFails).await;
        }
        Ok(import)
    }
}
