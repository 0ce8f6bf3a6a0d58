//! The ports together, so that a step takes one parameter for all of them.

use super::bus::EventBus;
use super::business_store::LeadCollections;
use super::clock::{Clock, Ids};
use super::media::Media;
use super::messenger::Messenger;
use super::model::Model;
use super::scheduler::IdleTimer;
use super::store::Store;
use super::transcriber::Transcriber;
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

/// The ports a turn needs: those of [`Ports`], the channel its answer goes out by, and what hears voice notes.
pub trait TurnPorts: Ports {
    /// The implementation behind [`Self::messenger`].
    type Messenger: Messenger;
    /// The implementation behind [`Self::media`].
    type Media: Media;
    /// The implementation behind [`Self::transcriber`].
    type Transcriber: Transcriber;
    /// The sending side of the channel.
    fn messenger(&self) -> &Self::Messenger;
    /// What the channel keeps of pictures and sounds. Asked only where the business's settings want it.
    fn media(&self) -> &Self::Media;
    /// What hears voice notes. Asked only where the business's settings want it.
    fn transcriber(&self) -> &Self::Transcriber;
}

/// Implementations of all ports, by static dispatch. `W`, `F` and `H` are `()` where no turn is run.
#[derive(Debug)]
pub struct PortBundle<S, B, T, M, W, F, H, C, I> {
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
    /// What the channel keeps of pictures and sounds.
    pub media: F,
    /// What hears voice notes.
    pub transcriber: H,
    /// Time; all waiting goes through it.
    pub clock: C,
    /// Fresh ULIDs.
    pub ids: I,
    /// Times and bounds.
    pub config: Config,
}

impl<S, B, T, M, W, F, H, C, I> Ports for PortBundle<S, B, T, M, W, F, H, C, I>
where
    S: Store + LeadCollections,
    B: EventBus,
    T: IdleTimer,
    M: Model,
    W: Send + Sync,
    F: Send + Sync,
    H: Send + Sync,
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

impl<S, B, T, M, W, F, H, C, I> TurnPorts for PortBundle<S, B, T, M, W, F, H, C, I>
where
    S: Store + LeadCollections,
    B: EventBus,
    T: IdleTimer,
    M: Model,
    W: Messenger,
    F: Media,
    H: Transcriber,
    C: Clock,
    I: Ids,
{
    type Messenger = W;
    type Media = F;
    type Transcriber = H;

    fn messenger(&self) -> &W {
        &self.messenger
    }
    fn media(&self) -> &F {
        &self.media
    }
    fn transcriber(&self) -> &H {
        &self.transcriber
    }
}
