//! What all processes of a load share.

use super::Load;
use crate::chance::Chance;
use crate::work::Work;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::{Session, Stage};
use zikaron_protocol::ports::store::Cursor;
use zikaron_protocol::session::sweep::Swept;
use zikaron_protocol::testing::in_memory_store::InMemory;

/// Sessions that are not finished, by shard and place.
pub(super) type Index = BTreeMap<(u8, Cursor), (LeadKey, SessionId)>;

/// What all processes share.
pub(super) struct Traffic {
    pub(super) load: Load,
    pub(super) store: InMemory,
    pub(super) began: Instant,
    /// What is to be invoked, and after how long.
    asked: mpsc::UnboundedSender<(Work, Duration)>,
    live: Mutex<Live>,
}

/// What changes.
pub(super) struct Live {
    pub(super) chance: Chance,
    pub(super) open: Index,
    pub(super) most_open: usize,
    /// Which setting of a schedule holds.
    pub(super) schedules: HashMap<String, u64>,
    /// When each session is due.
    pub(super) due: HashMap<SessionId, Duration>,
    pub(super) lost: HashSet<SessionId>,
    kept: HashSet<SessionId>,
    pub(super) found_after: Duration,
    pub(super) repeated: usize,
    pub(super) asked_in_vain: usize,
    pub(super) swept: Vec<(Swept, Duration)>,
    serial: u64,
}

impl Live {
    /// Whether the schedules of this session are lost: all or none.
    pub(super) fn is_lost(&mut self, session: &SessionId, share: f64) -> bool {
        if !self.kept.contains(session) && !self.lost.contains(session) {
            let lost = self.chance.is(share);
            (if lost { &mut self.lost } else { &mut self.kept }).insert(session.clone());
        }
        self.lost.contains(session)
    }

    /// A session was written: one whose schedule was lost may be closed by it.
    pub(super) fn closes(&mut self, session: &Session, now: Duration) {
        if session.stage == Stage::Closing
            && self.lost.contains(&session.id)
            && let Some(due) = self.due.remove(&session.id)
        {
            self.found_after = self.found_after.max(now.saturating_sub(due));
        }
    }
}

impl Traffic {
    /// Nobody has written yet. Answers what is asked to be invoked, too.
    pub(super) fn new(load: Load) -> (Arc<Self>, mpsc::UnboundedReceiver<(Work, Duration)>) {
        let live = Live {
            chance: Chance::new(load.seed, 5),
            open: Index::new(),
            most_open: 0,
            schedules: HashMap::new(),
            due: HashMap::new(),
            lost: HashSet::new(),
            kept: HashSet::new(),
            found_after: Duration::ZERO,
            repeated: 0,
            asked_in_vain: 0,
            swept: Vec::new(),
            serial: 0,
        };
        let (asked, asks) = mpsc::unbounded_channel();
        let store = InMemory::default();
        (Arc::new(Self { load, store, began: Instant::now(), asked, live: Mutex::new(live) }), asks)
    }

    /// Asks for an invocation after a while.
    pub(super) fn invoke(&self, work: Work, after: Duration) {
        // Nobody listens any more once the run has been measured.
        drop(self.asked.send((work, after)));
    }

    pub(super) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn serial(&self) -> u64 {
        let mut live = self.live();
        live.serial += 1;
        live.serial
    }
}
