//! The second stage: what is new is stored, customer by customer. Nothing is digested before everything is there, so that
//! whoever looks at a conversation sees all of it, whatever is paid for.

use super::{Halt, Work};
use crate::plan::{Plan, Progress, plan};
use crate::store::store;
use zikaron_protocol::model::chat_import::{ChatImport, ChatImportStage, ImportCounts, ImportPlace, ImportStop};
use zikaron_protocol::ports::{ImportStore, Ports, Staging};

impl<P: Ports, F: Staging> Work<'_, P, F>
where
    P::Store: ImportStore,
{
    /// Stores what the customers said whose turn did not come yet.
    pub(super) async fn store(&self, mut import: ChatImport) -> Result<ChatImport, Halt> {
        let customers = import.customers();
        while import.place.customer < customers {
            self.in_time()?;
            import = Box::pin(self.store_customer(import)).await?;
        }
        let stage = ChatImportStage::Digesting;
        self.put(ChatImport { stage, place: ImportPlace::default(), ..self.next(&import) }).await
    }

    async fn store_customer(&self, mut import: ChatImport) -> Result<ChatImport, Halt> {
        let Some((phone, parts)) = self.customer(&import).await? else {
            return self.stop(&import, ImportStop::FileGone).await;
        };
        let (p, stored) = (self.p, import.place.part);
        for part in parts.into_iter().skip(stored) {
            self.in_time()?;
            let plan = plan(p.store(), self.business, phone.clone(), &part, self.limits).await?;
            if !plan.new.is_empty() || !plan.sessions.is_empty() {
                store((p.store(), p.clock(), p.ids()), self.business, &plan).await?;
            }
            let mut next = self.next(&import);
            next.counts = with(next.counts, &plan);
            next.place.part += 1;
            import = self.put(next).await?;
        }
        self.next_customer(&import).await
    }
}

/// The counts with those of a part. Whoever died after it was stored finds it known, and counts the same.
fn with(counts: ImportCounts, plan: &Plan) -> ImportCounts {
    let number = |of: usize| u64::try_from(of).unwrap_or(u64::MAX);
    let is_due = |progress| matches!(progress, Progress::Due | Progress::UnderWay);
    let due = || plan.sessions.iter().filter(|session| is_due(session.progress));
    ImportCounts {
        messages: counts.messages + number(plan.new.len() + plan.known),
        too_old: counts.too_old + number(plan.left_out.too_old),
        erased: counts.erased + number(plan.left_out.erased),
        live: counts.live + number(plan.left_out.live),
        conversations: counts.conversations + number(due().count()),
        tokens_due: counts.tokens_due + due().map(|session| session.tokens).sum::<u64>(),
        ..counts
    }
}
