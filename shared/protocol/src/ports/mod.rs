//! What the protocol needs from the world: narrow traits, one file a port, used by static dispatch. Their
//! implementations live in `zikaron-aws`, `zikaron-channels` and `zikaron-ai`; the store tests run on, in
//! [`crate::testing`].

pub mod bundle;
pub mod bus;
pub mod business_store;
pub mod caller;
pub mod chat_import;
pub mod clock;
pub mod error;
pub mod figures;
pub mod media;
pub mod messenger;
pub mod model;
pub mod scheduler;
pub mod store;
pub mod transcriber;
pub mod webhook;

pub use bundle::{PortBundle, Ports, TurnPorts};
pub use bus::EventBus;
pub use caller::{Caller, OutgoingCall};
pub use chat_import::{ImportStore, Staging};
pub use clock::{Clock, Ids};
pub use error::Unavailable;
pub use media::{Media, MediaError, MediaFile};
pub use messenger::{Messenger, Outgoing, SendError};
pub use model::{Digest, DigestRequest, MAX_CLAIMS, Model, ModelError, Picture, Reply, ReplyRequest, Unusable};
pub use scheduler::{IdleTimer, Schedules};
pub use transcriber::{Hints, Transcribed, Transcriber, TranscriberError};
pub use webhook::{DeliveryTimer, Post, Receiver, WebhookStore};
