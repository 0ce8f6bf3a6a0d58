//! What every handler of a request is given.

use crate::issuer::Issuer;
use crate::operator_view::OperatorView;
use crate::state::SimulatorState;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The running simulator: its state, shared by all requests, and what else they need.
#[derive(Clone)]
pub(crate) struct Simulator {
    /// A `std` mutex and not Tokio's, because no one holds it across an await.
    state: Arc<Mutex<SimulatorState>>,
    changes: watch::Sender<()>,
    /// The client that webhooks are called with.
    pub(crate) http: reqwest::Client,
    /// None without a stack behind the simulator.
    pub(crate) operator: Arc<Option<OperatorView>>,
    pub(crate) issuer: Arc<Issuer>,
}

impl Simulator {
    pub(crate) fn new(http: reqwest::Client, issuer: Issuer, operator: Option<OperatorView>) -> Self {
        let (operator, issuer) = (Arc::new(operator), Arc::new(issuer));
        Self { state: Arc::default(), changes: watch::Sender::new(()), http, operator, issuer }
    }

    /// The state, locked until the guard is dropped. Never hold it across an await.
    pub(crate) fn state(&self) -> StateGuard<'_> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        StateGuard { state, changes: &self.changes, changed: false }
    }

    /// Tells the pages that something changed which is not in the state.
    pub(crate) fn announce(&self) {
        self.changes.send_replace(());
    }

    /// Marked at every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}

/// The locked state. Whoever borrowed it to write tells the open pages when the guard is dropped, so that no handler
/// can forget to.
pub(crate) struct StateGuard<'a> {
    state: MutexGuard<'a, SimulatorState>,
    changes: &'a watch::Sender<()>,
    changed: bool,
}

impl Deref for StateGuard<'_> {
    type Target = SimulatorState;

    fn deref(&self) -> &SimulatorState {
        &self.state
    }
}

impl DerefMut for StateGuard<'_> {
    fn deref_mut(&mut self) -> &mut SimulatorState {
        self.changed = true;
        &mut self.state
    }
}

impl Drop for StateGuard<'_> {
    fn drop(&mut self) {
        if self.changed {
            self.changes.send_replace(());
        }
    }
}
