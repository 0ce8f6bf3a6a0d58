//! Listen: one voice note is fetched and heard; what was heard is stored with its message.

use super::context::Turn;
use super::early_file::{self, EarlyFile};
use super::sound;
use crate::amend;
use crate::model::message::Message;
use crate::model::write::Write;
use crate::ports::bundle::TurnPorts;
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::media::{MediaError, MediaFile};
use crate::ports::store::Store;
use crate::ports::transcriber::{Hints, MAX_WORDS, Transcribed, Transcriber, TranscriberError};
use crate::retry::{Committed, back_off, commit};
use crate::timer;
use futures_util::future::{join, join_all};
use jiff::SignedDuration;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{OnceCell, Semaphore};
use tracing::{info, warn};
use zikaron_memory::content;
use zikaron_memory::field::Kind;
use zikaron_memory::transcript::{NotHeard, Transcript};

/// How many are fetched and heard at the same time: each is held in memory whole.
const AT_ONCE: usize = 4;
/// How long it is waited before the one second try.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_millis(300);

/// Listens for one turn.
pub(super) struct Listener<'a, P> {
    p: &'a P,
    turn: &'a Turn,
    /// How many seconds of this customer are still heard today.
    left: AtomicU32,
    /// What helps to hear right, but for the language.
    hints: OnceCell<Hints>,
    room: Semaphore,
}

impl<'a, P: TurnPorts> Listener<'a, P> {
    pub(super) fn new(p: &'a P, turn: &'a Turn) -> Self {
        let left = AtomicU32::new(left_today(p, turn));
        Self { p, turn, left, hints: OnceCell::new(), room: Semaphore::new(AT_ONCE) }
    }

    /// Takes seconds off what is left of the day. False, and nothing is taken, where there are fewer.
    pub(super) fn reserve(&self, seconds: u32) -> bool {
        let take = |left: u32| left.checked_sub(seconds);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// Nothing more is heard today.
    pub(super) fn exhaust(&self) {
        self.left.store(0, Ordering::Relaxed);
    }

    /// Listens to the sound these messages hold, which may be on its way.
    pub(super) async fn hear(
        &self,
        messages: &[Message],
        language: Option<&'static str>,
        early: Option<EarlyFile<'_>>,
    ) -> Transcript {
        let media = messages.first().and_then(|message| message.enclosed.media.as_ref());
        let Some(media) = media else { return Transcript::Failed { why: NotHeard::Gone } };
        self.listen(media, language, early).await.unwrap_or_else(|why| Transcript::Failed { why })
    }

    async fn listen(
        &self,
        media: &content::Media,
        language: Option<&'static str>,
        early: Option<EarlyFile<'_>>,
    ) -> Result<Transcript, NotHeard> {
        if self.left.load(Ordering::Relaxed) == 0 {
            return Err(NotHeard::OverLimit);
        }
        let Ok(_room) = self.room.acquire().await else { return Err(NotHeard::Unavailable) };
        let (file, hints) = join(self.fetch(media, early), self.hints(language)).await;
        let file = file?;
        let seconds = sound::seconds(&file);
        if seconds > whole_day(self.turn) {
            return Err(NotHeard::TooLong);
        }
        if !self.reserve(seconds) {
            return Err(NotHeard::OverLimit);
        }
        match self.transcribe(&file, &hints).await {
            Ok(heard) => {
                let told = heard.seconds.filter(|told| told.is_finite()).map(rounded_up);
                info!(lead = %self.turn.key.lead, seconds, metric.voice_notes = 1, "voice note heard");
                Ok(Transcript::heard(&heard.text, told.unwrap_or(seconds)))
            }
            Err(why) => {
                self.left.fetch_add(seconds, Ordering::Relaxed);
                Err(why)
            }
        }
    }

    async fn fetch(&self, media: &content::Media, mut early: Option<EarlyFile<'_>>) -> Result<MediaFile, NotHeard> {
        let Some(line) = &self.turn.state.line else { return Err(NotHeard::Gone) };
        for again in [true, false] {
            match early_file::fetch(self.p, &mut early, line, media, self.p.config().sound_bytes).await {
                Ok(file) => return Ok(file),
                Err(MediaError::Gone) => return Err(NotHeard::Gone),
                Err(MediaError::TooLarge) => return Err(NotHeard::TooLong),
                Err(MediaError::Unavailable(error)) => self.failed(&error.to_string(), again).await,
            }
        }
        Err(NotHeard::Unavailable)
    }

    async fn transcribe(&self, file: &MediaFile, hints: &Hints) -> Result<Transcribed, NotHeard> {
        for again in [true, false] {
            match self.p.transcriber().transcribe(file, hints).await {
                Ok(heard) => return Ok(heard),
                Err(TranscriberError::Unusable(why)) => {
                    info!(lead = %self.turn.key.lead, why, "a voice note cannot be transcribed");
                    return Err(NotHeard::NotUnderstood);
                }
                Err(TranscriberError::Unavailable(error)) => self.failed(&error.to_string(), again).await,
            }
        }
        Err(NotHeard::Unavailable)
    }

    async fn failed(&self, error: &str, again: bool) {
        warn!(lead = %self.turn.key.lead, error, again, metric.voice_failures = 1, "a voice note was not heard");
        if again {
            self.p.clock().sleep(AGAIN_AFTER).await;
        }
    }

    /// The language is that of what the customer wrote, where they did: told the wrong one, a transcriber translates or
    /// makes words up; told none, it finds out.
    async fn hints(&self, language: Option<&'static str>) -> Hints {
        let hints = self.hints.get_or_init(|| self.words()).await;
        Hints { language, ..hints.clone() }
    }

    async fn words(&self) -> Hints {
        let settings = &self.turn.settings;
        let fields = settings.fields();
        let memory =
            if settings.enable_customer_service { self.p.store().memory(&self.turn.key).await.ok() } else { None };
        let known = memory.iter().flat_map(|memory| memory.document.customer_profile_json.iter());
        let is_said =
            |name: &str| fields.get(name).is_some_and(|spec| matches!(spec.kind(), Kind::Name | Kind::Interest));
        let theirs = known.filter(|(name, _)| is_said(name)).filter_map(|(_, field)| field.value());
        let words = theirs.chain([settings.name.as_str()]).chain(settings.key_words.iter().map(String::as_str));
        let words = words.map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).take(MAX_WORDS).collect();
        Hints { model: settings.transcription_model.clone(), language: None, words }
    }

    /// Stores with each of these messages what was heard in them. What failed only now is not stored: the next turn that
    /// finds one of them waiting tries again.
    pub(super) async fn store_all(&self, messages: Vec<Message>, transcript: &Transcript) {
        join_all(messages.into_iter().map(|message| self.store(message, transcript))).await;
    }

    /// Writes what was heard into the message, unless that was taken back or has it already. Where that fails, the
    /// answer does not wait for it: another turn would listen again.
    async fn store(&self, mut message: Message, transcript: &Transcript) {
        if matches!(transcript, Transcript::Failed { why } if !why.is_for_good()) {
            return;
        }
        for attempt in 0..self.p.config().attempts {
            if attempt > 0 {
                back_off(self.p.clock(), attempt).await;
                match self.p.store().message(&self.turn.key, &message.key).await {
                    Ok(Some(stands)) => message = stands,
                    Ok(None) | Err(_) => return,
                }
            }
            if message.revoked || message.enclosed.transcript.is_some() {
                return;
            }
            match self.write(&message, transcript).await {
                Ok(Committed::Yes) => return,
                Ok(Committed::Raced(_)) => {}
                Err(error) => {
                    warn!(lead = %self.turn.key.lead, %error, "what was heard could not be stored");
                    return;
                }
            }
        }
    }

    /// One try. A session that is over by now, as after an outage, was digested without it or is about to be: it is
    /// digested anew.
    async fn write(&self, message: &Message, transcript: &Transcript) -> Result<Committed, Unavailable> {
        let (key, now) = (&self.turn.key, self.p.clock().now());
        let over = amend::closed_session(self.p, key, &self.turn.state, message).await?;
        let mut heard = message.clone();
        heard.version += 1;
        heard.enclosed.transcript = Some(transcript.clone());
        let anew = over.and_then(|session| session.with_changed_message(now)).map(Write::Session);
        let items: Vec<Write> = [Write::Message(heard)].into_iter().chain(anew).collect();
        let schedule = amend::timer(key, &items, now);
        let committed = commit(self.p.store(), key, items).await?;
        if matches!(committed, Committed::Yes) {
            timer::set(self.p, schedule).await;
        }
        Ok(committed)
    }
}

/// How many seconds of this customer are still heard today, as the state has them.
pub(super) fn left_today<P: TurnPorts>(p: &P, turn: &Turn) -> u32 {
    let today = turn.settings.zone().at(p.clock().now()).date();
    let heard = turn.state.heard.filter(|heard| heard.day == today).map_or(0, |heard| heard.seconds);
    whole_day(turn).saturating_sub(heard)
}

/// How many seconds of one customer are heard in a day.
fn whole_day(turn: &Turn) -> u32 {
    turn.settings.voice_minutes_per_day.saturating_mul(60)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float to an integer saturates, and no sound is longer"
)]
fn rounded_up(seconds: f64) -> u32 {
    seconds.ceil() as u32
}
