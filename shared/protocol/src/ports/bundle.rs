//! All ports in one place.

use super::bus::EventBus;
use super::business_store::LeadCollections;
use super::clock::{Clock, Ids};
use super::messenger::Messenger;
use super::model::Model;
use super::scheduler::IdleTimer;
use super::store::Store;
use crate::model::config::Config;

/// The ports a session's end needs, and the times it goes by.
pub trait Ports: Send + Sync {
    /// The store.
    type Store: Store + LeadCollections;
    /// The bus.
    type Bus: EventBus;
    /// The schedules.
    type Timer: IdleTimer;
    /// The language model.
    type Model: Model;
    /// Time.
    type Clock: Clock;
    /// Identifiers.
    type Ids: Ids;

    /// The store.
    fn store(&self) -> &Self::Store;
    /// The bus.
    fn bus(&self) -> &Self::Bus;
    /// The schedules.
    fn timer(&self) -> &Self::Timer;
    /// The language model.
    fn model(&self) -> &Self::Model;
    /// Time.
    fn clock(&self) -> &Self::Clock;
    /// Identifiers.
    fn ids(&self) -> &Self::Ids;
    /// Times and bounds.
    fn config(&self) -> &Config;
}

/// The ports a turn needs: those, and the channel.
pub trait TurnPorts: Ports {
    /// The channel.
    type Messenger: Messenger;
    /// The channel.
    fn messenger(&self) -> &Self::Messenger;
}

/// The ports by static dispatch. `W` is the messenger, or `()` where nothing is sent.
#[derive(Debug)]
pub struct PortBundle<S, B, T, M, W, C, I> {
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

impl<S, B, T, M, W, C, I> Ports for PortBundle<S, B, T, M, W, C, I>
where
    S: Store + LeadCollections,
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

impl<S, B, T, M, W, C, I> TurnPorts for PortBundle<S, B, T, M, W, C, I>
where
    S: Store + LeadCollections,
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
