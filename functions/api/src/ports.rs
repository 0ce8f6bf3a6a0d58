//! What the API needs from the world.

use crate::jwks::JwksSource;
use zikaron_channels::webhook::{WebhookSecrets, WebhookTargets};
use zikaron_protocol::ports::business_store::StaffStore;
use zikaron_protocol::ports::{Clock, EventBus, Ids, Schedules, Staging};

/// The ports, by static dispatch.
pub trait Ports: Send + Sync + 'static {
    /// The store.
    type Store: StaffStore;
    /// The bus.
    type Bus: EventBus;
    /// The schedules.
    type Schedules: Schedules;
    /// Time.
    type Clock: Clock;
    /// Identifiers.
    type Ids: Ids;
    /// The issuer's keys.
    type Jwks: JwksSource;
    /// Where webhooks may be, and what they are signed with.
    type Webhooks: WebhookTargets + WebhookSecrets;
    /// Where files wait to be imported.
    type Staging: Staging;

    /// The store.
    fn store(&self) -> &Self::Store;
    /// The bus.
    fn bus(&self) -> &Self::Bus;
    /// The schedules.
    fn schedules(&self) -> &Self::Schedules;
    /// Time.
    fn clock(&self) -> &Self::Clock;
    /// Identifiers.
    fn ids(&self) -> &Self::Ids;
    /// The issuer's keys.
    fn jwks(&self) -> &Self::Jwks;
    /// Where webhooks may be, and what they are signed with.
    fn webhooks(&self) -> &Self::Webhooks;
    /// Where files wait to be imported.
    fn staging(&self) -> &Self::Staging;
}

/// All ports in one place.
#[derive(Debug)]
pub struct PortBundle<S, B, T, C, I, J, W, F> {
    /// The store.
    pub store: S,
    /// The bus.
    pub bus: B,
    /// The schedules.
    pub schedules: T,
    /// Time.
    pub clock: C,
    /// Identifiers.
    pub ids: I,
    /// The issuer's keys.
    pub jwks: J,
    /// Where webhooks may be, and what they are signed with.
    pub webhooks: W,
    /// Where files wait to be imported.
    pub staging: F,
}

impl<S, B, T, C, I, J, W, F> Ports for PortBundle<S, B, T, C, I, J, W, F>
where
    S: StaffStore + 'static,
    B: EventBus + 'static,
    T: Schedules + 'static,
    C: Clock + 'static,
    I: Ids + 'static,
    J: JwksSource + 'static,
    W: WebhookTargets + WebhookSecrets + 'static,
    F: Staging + 'static,
{
    type Store = S;
    type Bus = B;
    type Schedules = T;
    type Clock = C;
    type Ids = I;
    type Jwks = J;
    type Webhooks = W;
    type Staging = F;

    fn store(&self) -> &S {
        &self.store
    }
    fn bus(&self) -> &B {
        &self.bus
    }
    fn schedules(&self) -> &T {
        &self.schedules
    }
    fn clock(&self) -> &C {
        &self.clock
    }
    fn ids(&self) -> &I {
        &self.ids
    }
    fn jwks(&self) -> &J {
        &self.jwks
    }
    fn webhooks(&self) -> &W {
        &self.webhooks
    }
    fn staging(&self) -> &F {
        &self.staging
    }
}
