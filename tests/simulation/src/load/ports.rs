//! The other ports of a process under load: each takes its time and does what it is asked, but for lost schedules and a
//! model that is dead for a while.

use super::shared::Traffic;
use crate::cast;
use crate::work::Work;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use zikaron_memory::content;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::{Line, MessageId};
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::{
    Clock, Digest, DigestRequest, EventBus, Hints, IdleTimer, Ids, Media, MediaError, MediaFile, Messenger, Model,
    ModelError, Outgoing, PortBundle, Reply, ReplyRequest, SendError, Transcribed, Transcriber, TranscriberError,
    Unavailable,
};

/// A process, which stands in for every port.
#[derive(Clone)]
pub(super) struct Lean {
    pub(super) traffic: Arc<Traffic>,
}

impl Lean {
    pub(super) fn world(&self) -> PortBundle<Self, Self, Self, Self, Self, Self, Self, Self, Self> {
        PortBundle {
            store: self.clone(),
            bus: self.clone(),
            timer: self.clone(),
            model: self.clone(),
            messenger: self.clone(),
            media: self.clone(),
            transcriber: self.clone(),
            clock: self.clone(),
            ids: self.clone(),
            config: Config::default(),
        }
    }

    /// A call of the store or of another service near by.
    pub(super) async fn call(&self) {
        self.takes(3, 15).await;
    }

    async fn takes(&self, low: u64, high: u64) {
        let took = self.traffic.live().chance.millis(low, high);
        tokio::time::sleep(took).await;
    }

    async fn think(&self) -> Result<(), ModelError> {
        self.takes(300, 3_000).await;
        let now = self.traffic.elapsed();
        let dead = self.traffic.load.dead_model.is_some_and(|(from, to)| from <= now && now < to);
        if !dead {
            return Ok(());
        }
        self.traffic.live().asked_in_vain += 1;
        Err(ModelError::Unavailable("simulated".to_owned()))
    }

    async fn schedule(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.call().await;
        let stamp = self.traffic.serial();
        let name = format!("{}/{}", fire.session, fire.generation);
        let (lost, late) = {
            let mut live = self.traffic.live();
            live.schedules.insert(name.clone(), stamp);
            (live.is_lost(&fire.session, self.traffic.load.lost), live.chance.millis(0, 59_999))
        };
        let left = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
        {
            let due = self.traffic.elapsed() + left;
            self.traffic.live().due.insert(fire.session.clone(), due);
        }
        if !lost {
            let (traffic, fire) = (Arc::clone(&self.traffic), fire.clone());
            tokio::spawn(async move {
                tokio::time::sleep(left + late).await;
                let holds = traffic.live().schedules.get(&name) == Some(&stamp);
                if holds {
                    traffic.live().schedules.remove(&name);
                    traffic.invoke(Work::TimerFired(fire), Duration::ZERO);
                }
            });
        }
        Ok(())
    }
}

impl Clock for Lean {
    fn now(&self) -> Timestamp {
        cast::epoch() + SignedDuration::try_from(self.traffic.elapsed()).unwrap_or_default()
    }
    async fn sleep(&self, duration: SignedDuration) {
        if let Ok(duration) = Duration::try_from(duration) {
            tokio::time::sleep(duration).await;
        }
    }
}

impl Ids for Lean {
    fn ulid(&self) -> String {
        format!("{:013}{:013}", self.now().as_millisecond(), self.traffic.serial())
    }
}

impl IdleTimer for Lean {
    async fn start(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.schedule(fire, at).await
    }
    async fn restart(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.schedule(fire, at).await
    }
}

impl EventBus for Lean {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        for event in events.iter().filter(|event| matches!(event, Event::TurnDue(_) | Event::SessionDue(_))) {
            self.traffic.invoke(Work::Event(event.clone()), Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Messenger for Lean {
    async fn send(&self, _: Outgoing<'_>) -> Result<MessageId, SendError> {
        self.takes(80, 600).await;
        Ok(cast::wamid(&format!("out.{}", self.traffic.serial())))
    }
    async fn show_typing(&self, _: &Line, _: &MessageId) -> Result<(), SendError> {
        self.call().await;
        Ok(())
    }
}

/// Nobody sends a voice note.
impl Media for Lean {
    async fn fetch(&self, _: &Line, _: &content::Media, _: usize) -> Result<MediaFile, MediaError> {
        Err(MediaError::Gone)
    }
}

impl Transcriber for Lean {
    async fn transcribe(&self, _: &MediaFile, _: &Hints) -> Result<Transcribed, TranscriberError> {
        Err(TranscriberError::Unusable("no sound".to_owned()))
    }
}

impl Model for Lean {
    async fn reply(&self, _: &ReplyRequest) -> Result<Reply, ModelError> {
        self.think().await?;
        Ok(Reply { text: "תשובה.".to_owned(), ..Reply::default() })
    }
    async fn digest(&self, _: &DigestRequest) -> Result<Digest, ModelError> {
        self.think().await?;
        let lines = ["נושא: תור", "דובר על מועדים", "הלקוח פנה בעצמו", "אין תלונות", "צעד הבא: לחזור אליו"];
        Ok(Digest { summary: Some(lines.join("\n")), patch: Vec::new(), ..Digest::default() })
    }
}
