//! All ports in one place.

use crate::config::Config;
use crate::ports::{Clock, EventBus, IdleTimer, Ids, Messenger, Model, Ports, TurnPorts};
use crate::store::Store;
use crate::store::staff::Shelves;

/// The ports by static dispatch. `W` is the messenger, or `()` where nothing is sent.
#[derive(Debug)]
pub struct World<S, B, T, M, W, C, I> {
    /// The store.
    pub store: S,
    /// The bus.
    pub bus: B,
    /// The schedules.
    pub timer: T,
    /// The language model.
    pub model: M,
    /// The channel.
    pub messenger: W,
    /// Time.
    pub clock: C,
    /// Identifiers.
    pub ids: I,
    /// Times and bounds.
    pub config: Config,
}

impl<S, B, T, M, W, C, I> Ports for World<S, B, T, M, W, C, I>
where
    S: Store + Shelves,
    B: EventBus,
    T: IdleTimer,
    M: Model,
    W: Send + Sync,
    C: Clock,
    I: Ids,
{
    type Store = S;
    type Bus = B;
    type Timer = T;
    type Model = M;
    type Clock = C;
    type Ids = I;

    fn store(&self) -> &S {
        &self.store
    }
    fn bus(&self) -> &B {
        &self.bus
    }
    fn timer(&self) -> &T {
        &self.timer
    }
    fn model(&self) -> &M {
        &self.model
    }
    fn clock(&self) -> &C {
        &self.clock
    }
    fn ids(&self) -> &I {
        &self.ids
    }
    fn config(&self) -> &Config {
        &self.config
    }
}

impl<S, B, T, M, W, C, I> TurnPorts for World<S, B, T, M, W, C, I>
where
    S: Store + Shelves,
    B: EventBus,
    T: IdleTimer,
    M: Model,
    W: Messenger,
    C: Clock,
    I: Ids,
{
    type Messenger = W;

    fn messenger(&self) -> &W {
        &self.messenger
    }
}
