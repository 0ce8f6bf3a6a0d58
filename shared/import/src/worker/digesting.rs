//! The third stage: conversations are digested one after the other, of each customer the oldest first, so that the model is
//! shown what was known by then. What a digest takes is written down before it is asked for, and again before it is asked
//! for again: whatever dies, and whoever asks beside, no more is spent than was said.

use super::{Halt, Work};
use crate::digest::begin;
use crate::plan::{PastSession, Progress, plan};
use zikaron_protocol::model::chat_import::{ChatImport, ChatImportStage, ImportPlace, ImportStop};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::Stage;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{ImportStore, Ports, Staging};
use zikaron_protocol::session::close;
use zikaron_protocol::session::outcome::{Digested, Ended};

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
            self.in_time()?;
            let plan = plan(self.p.store(), self.business, phone.clone(), &part, self.limits).await?;
            let is_last = |session: &PastSession| import.place.after.as_ref() == Some(&session.id);
            let passed = plan.sessions.iter().position(is_last).map_or(0, |at| at + 1);
            for session in plan.sessions.iter().skip(passed) {
                // Erased since it was stored: nothing is there that could be digested, and nobody is entered anew.
                let Some(lead) = &plan.lead else { break };
                import = Box::pin(self.digest_one(import, lead, session)).await?;
                if import.is_over() {
                    return Ok(import);
                }
            }
            let place = ImportPlace { part: import.place.part + 1, after: None, session: None, ..import.place };
            import = self.put(ChatImport { place, ..self.next(&import) }).await?;
        }
        self.next_customer(&import).await
    }

    async fn digest_one(
        &self,
        mut import: ChatImport,
        lead: &LeadKey,
        session: &PastSession,
    ) -> Result<ChatImport, Halt> {
        let was_asked_for = import.place.session.as_ref() == Some(&session.id);
        match session.progress {
            // Whoever asked for it died before that was written down.
            Progress::Done if was_asked_for => return self.digested(import, session, true).await,
            Progress::Nothing | Progress::Done => return Ok(import),
            Progress::Due | Progress::UnderWay => self.in_time()?,
        }
        // Whoever paid for it before may have asked, or be asking now: each time is paid for by who asks.
        let tokens = import.counts.tokens.saturating_add(session.tokens);
        if tokens > import.options.max_tokens {
            return self.end(&import, ChatImportStage::Done).await;
        }
        let mut next = self.next(&import);
        next.counts.tokens = tokens;
        next.place.session = Some(session.id.clone());
        import = self.put(next).await?;
        let p = self.p;
        if session.progress == Progress::Due {
            begin(p.store(), p.clock(), lead, session).await?;
        }
        let hint = TimerFired { key: lead.clone(), session: session.id.clone(), generation: 0 };
        let ended = if was_asked_for {
            // It failed, or was given up, before: one that can never be written does not hold up the others.
            Box::pin(close::hinted(p, &hint)).await
        } else {
            Box::pin(close::fire(p, &hint)).await?
        };
        let is_digested = ended == Ended::Closed(Digested::Written) || self.is_digested(lead, session).await?;
        self.digested(import, session, is_digested).await
    }

    /// Whether it is written, or gone. What a digest answers does not tell: who comes second is answered the same, whether
    /// others wrote it or failed at it.
    async fn is_digested(&self, lead: &LeadKey, session: &PastSession) -> Result<bool, Halt> {
        let stands = self.p.store().session(lead, &session.id).await?;
        Ok(stands.is_none_or(|session| session.stage == Stage::Digested))
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
