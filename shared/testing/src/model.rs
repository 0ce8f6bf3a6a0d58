//! The language model.

use crate::clock::VirtualClock;
use crate::locked;
use jiff::SignedDuration;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use zikaron_protocol::ports::{Clock, Digest, DigestRequest, Model, ModelError, Reply, ReplyRequest};

/// Answers what it was told to: the queued replies first, then always the usual one.
#[derive(Debug, Default)]
pub struct ScriptedModel {
    queued: Mutex<VecDeque<Result<Reply, ModelError>>>,
    usual: Mutex<String>,
    digest: Mutex<Option<Digest>>,
    shown: Mutex<Vec<ReplyRequest>>,
    dead: AtomicBool,
    slow: Mutex<Option<(VirtualClock, SignedDuration)>>,
}

impl ScriptedModel {
    /// One whose usual reply is `text`.
    #[must_use]
    pub fn saying(text: &str) -> Self {
        Self { usual: Mutex::new(text.to_owned()), ..Self::default() }
    }

    /// What it replies from now on.
    pub fn say(&self, text: &str) {
        text.clone_into(&mut locked(&self.usual));
    }

    /// What it replies once, behind what was queued before.
    pub fn queue(&self, reply: Reply) {
        locked(&self.queued).push_back(Ok(reply));
    }

    /// How it fails once, behind what was queued before.
    pub fn fail(&self, error: ModelError) {
        locked(&self.queued).push_back(Err(error));
    }

    /// From now on a reply takes as long as this, by that clock.
    pub fn take(&self, clock: &VirtualClock, time: SignedDuration) {
        *locked(&self.slow) = Some((clock.clone(), time));
    }

    /// From now on it answers nothing, or answers again.
    pub fn set_dead(&self, dead: bool) {
        self.dead.store(dead, Ordering::Relaxed);
    }

    /// What it digests from now on. Until then it refuses to.
    pub fn digest_as(&self, digest: Digest) {
        *locked(&self.digest) = Some(digest);
    }

    /// Every question it was asked, in order.
    #[must_use]
    pub fn shown(&self) -> Vec<ReplyRequest> {
        locked(&self.shown).clone()
    }
}

impl ScriptedModel {
    fn alive(&self) -> Result<(), ModelError> {
        if self.dead.load(Ordering::Relaxed) { Err(ModelError::Unavailable("it is dead".to_owned())) } else { Ok(()) }
    }
}

impl Model for ScriptedModel {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        locked(&self.shown).push(request.clone());
        let slow = locked(&self.slow).clone();
        if let Some((clock, time)) = slow {
            clock.sleep(time).await;
        }
        self.alive()?;
        let usual =
            || Ok(Reply { text: locked(&self.usual).clone(), handover: false, fresh: false, ..Reply::default() });
        locked(&self.queued).pop_front().unwrap_or_else(usual)
    }

    async fn digest(&self, _: &DigestRequest) -> Result<Digest, ModelError> {
        self.alive()?;
        locked(&self.digest).clone().ok_or_else(|| ModelError::Refused("the test told of no digest".to_owned()))
    }
}
