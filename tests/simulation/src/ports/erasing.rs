//! What an erasure needs of an instance's store and schedules.

use crate::instance::Instance;
use jiff::Timestamp;
use std::collections::BTreeMap;
use zikaron_memory::note::Note;
use zikaron_protocol::model::alias::Named;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::listed::Listed;
use zikaron_protocol::model::timer::Fire;
use zikaron_protocol::ports::business_store::{Erasing, Grave, Page, Shelves};
use zikaron_protocol::ports::store::{CommitError, Cursor};
use zikaron_protocol::ports::{Schedules, Unavailable};

impl Shelves for Instance {
    async fn page<T: Listed>(
        &self,
        key: &LeadKey,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<T>, Unavailable> {
        self.call("page", self.universe.store.page(key, before, most), |_| String::new()).await?
    }

    async fn names_of(&self, key: &LeadKey) -> Result<BTreeMap<String, Named>, Unavailable> {
        self.call("names", self.universe.store.names_of(key), |_| String::new()).await?
    }

    async fn note(&self, key: &LeadKey, at: Timestamp, id: &str) -> Result<Option<Note>, Unavailable> {
        self.call("note", self.universe.store.note(key, at, id), |_| String::new()).await?
    }

    async fn everything(
        &self,
        key: &LeadKey,
        most: usize,
    ) -> Result<Option<BTreeMap<String, serde_json::Value>>, Unavailable> {
        self.call("everything", self.universe.store.everything(key, most), |_| String::new()).await?
    }
}

impl Erasing for Instance {
    async fn bury(&self, key: &LeadKey, state: &State, names: &[String], grave: &Grave) -> Result<(), CommitError> {
        let effect = async {
            let buried = self.universe.store.bury(key, state, names, grave).await;
            if buried.is_ok() {
                let at = self.universe.elapsed();
                let mut live = self.universe.live();
                live.counts.erased += 1;
                live.erasures.push((at, key.clone(), grave.erased_at));
            }
            buried
        };
        self.call("bury", effect, |done| if done.is_ok() { "gone".to_owned() } else { "raced".to_owned() }).await?
    }

    async fn grave(&self, key: &LeadKey) -> Result<Option<Grave>, Unavailable> {
        self.call("grave", self.universe.store.grave(key), |_| String::new()).await?
    }

    async fn put_grave(&self, key: &LeadKey, grave: &Grave) -> Result<(), CommitError> {
        self.call("put grave", self.universe.store.put_grave(key, grave), |_| String::new()).await?
    }

    async fn remains(&self, key: &LeadKey) -> Result<BTreeMap<String, u64>, Unavailable> {
        self.call("remains", self.universe.store.remains(key), |_| String::new()).await?
    }

    async fn shred(&self, key: &LeadKey) -> Result<(), Unavailable> {
        self.call("shred", self.universe.store.shred(key), |_| String::new()).await?
    }
}

impl Schedules for Instance {
    async fn cancel(&self, fire: &Fire) -> Result<bool, Unavailable> {
        let name = format!("{}/{}/{}", fire.key.lead, fire.session, fire.generation);
        let effect = async { self.universe.live().schedules.remove(&name).is_some() };
        self.call("cancel", effect, |was| format!("{was}")).await
    }
}
