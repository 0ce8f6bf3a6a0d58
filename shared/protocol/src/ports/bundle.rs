//! The ports together, so that a step takes one parameter for all of them.

use super::bus::EventBus;
use super::business_store::LeadCollections;
use super::clock::{Clock, Ids};
use super::messenger::Messenger;
use super::model::Model;
use super::scheduler::IdleTimer;
use super::store::Store;
use crate::model::config::Config;

/// The ports the end of a session or a call needs, and the protocol's times.
pub trait Ports: Send + Sync {
    /// The implementation behind [`Self::store`].
    type Store: Store + LeadCollections;
    /// The implementation behind [`Self::bus`].
    type Bus: EventBus;
    /// The implementation behind [`Self::timer`].
    type Timer: IdleTimer;
    /// The implementation behind [`Self::model`].
    type Model: Model;
    /// The implementation behind [`Self::clock`].
    type Clock: Clock;
    /// The implementation behind [`Self::ids`].
    type Ids: Ids;

    /// The items of leads, and the commits that write them.
    fn store(&self) -> &Self::Store;
    /// Where events are published.
    fn bus(&self) -> &Self::Bus;
    /// One-shot schedules: when a session may be idle, when a digest is tried again.
    fn timer(&self) -> &Self::Timer;
    /// The language model that answers and digests.
    fn model(&self) -> &Self::Model;
    /// Time; all waiting goes through it.
    fn clock(&self) -> &Self::Clock;
    /// Fresh ULIDs.
    fn ids(&self) -> &Self::Ids;
    /// Times and bounds.
    fn config(&self) -> &Config;
}

/// The ports a turn needs: those of [`Ports`], and the channel its answer goes out by.
pub trait TurnPorts: Ports {
    /// The implementation behind [`Self::messenger`].
    type Messenger: Messenger;
    /// The sending side of the channel.
    fn messenger(&self) -> &Self::Messenger;
}

/// Implementations of all ports, by static dispatch. `W` is the messenger, or `()` where nothing is sent.
#[derive(Debug)]
pub struct PortBundle<S, B, T, M, W, C, I> {
    /// The items of leads, and the commits that write them.
    pub store: S,
    /// Where events are published.
    pub bus: B,
    /// One-shot schedules: when a session may be idle, when a digest is tried again.
    pub timer: T,
    /// The language model that answers and digests.
    pub model: M,
    /// The sending side of the channel.
    pub messenger: W,
    /// Time; all waiting goes through it.
    pub clock: C,
    /// Fresh ULIDs.
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
