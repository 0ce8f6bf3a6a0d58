//! What an erasure needs of an instance's store and schedules.

use crate::instance::Instance;
use jiff::Timestamp;
use std::collections::BTreeMap;
use zikaron_memory::note::Note;
use zikaron_protocol::model::alias::AliasRecord;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::listed::Listed;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::write::Memory;
use zikaron_protocol::ports::business_store::{CountedItems, Erasing, ErasureReceipt, LeadCollections, Page};
use zikaron_protocol::ports::store::{CommitError, Cursor};
use zikaron_protocol::ports::{Schedules, Unavailable};

impl LeadCollections for Instance {
    async fn page<T: Listed>(
        &self,
        key: &LeadKey,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<T>, Unavailable> {
        self.row(key, "page", self.universe.store.page(key, before, most), |_| String::new()).await?
    }

    async fn names_of(&self, key: &LeadKey) -> Result<BTreeMap<String, AliasRecord>, Unavailable> {
        self.row(key, "names", self.universe.store.names_of(key), |_| String::new()).await?
    }

    async fn forget_names(&self, key: &LeadKey) -> Result<(), Unavailable> {
        self.row(key, "forget names", self.universe.store.forget_names(key), |_| String::new()).await?
    }

    async fn note(&self, key: &LeadKey, at: Timestamp, id: &str) -> Result<Option<Note>, Unavailable> {
        self.row(key, "note", self.universe.store.note(key, at, id), |_| String::new()).await?
    }

    async fn everything(
        &self,
        key: &LeadKey,
        most: usize,
    ) -> Result<Option<BTreeMap<String, serde_json::Value>>, Unavailable> {
        self.row(key, "everything", self.universe.store.everything(key, most), |_| String::new()).await?
    }
}

impl Erasing for Instance {
    async fn begin_erasure(
        &self,
        key: &LeadKey,
        state: &State,
        memory: &Memory,
        names: &[String],
        receipt: &ErasureReceipt,
    ) -> Result<(), CommitError> {
        let effect = async {
            let erased = self.universe.store.begin_erasure(key, state, memory, names, receipt).await;
            if erased.is_ok() {
                let at = self.universe.elapsed();
                let sessions = self.universe.store.leads().remove(key).unwrap_or_default().sessions;
                let mut live = self.universe.live();
                live.counts.erased += 1;
                live.erasures.push((at, key.clone(), receipt.erased_at));
                let counted = sessions.into_values().filter_map(|session| session.counted).collect();
                live.counted_of_erased.insert(key.clone(), counted);
            }
            erased
        };
        self.row(key, "begin erasure", effect, |done| if done.is_ok() { "gone".to_owned() } else { "raced".to_owned() })
            .await?
    }

    async fn erasure_receipt(&self, key: &LeadKey) -> Result<Option<ErasureReceipt>, Unavailable> {
        self.row(key, "receipt", self.universe.store.erasure_receipt(key), |_| String::new()).await?
    }

    async fn put_erasure_receipt(&self, key: &LeadKey, receipt: &ErasureReceipt) -> Result<(), CommitError> {
        self.row(key, "put receipt", self.universe.store.put_erasure_receipt(key, receipt), |_| String::new()).await?
    }

    async fn count_items(&self, key: &LeadKey, counted: &mut CountedItems) -> Result<bool, Unavailable> {
        self.row(key, "count items", self.universe.store.count_items(key, counted), |_| String::new()).await?
    }

    async fn delete_items(&self, key: &LeadKey) -> Result<(), Unavailable> {
        self.row(key, "delete items", self.universe.store.delete_items(key), |_| String::new()).await?
    }
}

impl Schedules for Instance {
    async fn cancel(&self, fire: &TimerFired) -> Result<bool, Unavailable> {
        let name = format!("{}/{}/{}", fire.key.lead, fire.session, fire.generation);
        let effect = async { self.universe.live().schedules.remove(&name).is_some() };
        self.scheduler("cancel", effect, |was| format!("{was}")).await
    }
}
