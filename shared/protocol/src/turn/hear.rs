//! Hear: voice notes that wait are listened to side by side, beside the wait for quiet, and all of them before the model
//! is asked (docs/rules.md#p1). What was heard stands in the message, so that no later turn listens again. Pictures are
//! fetched ([`super::look`]) in the same time.

use super::context::Turn;
use super::early_file::EarlyFile;
use super::listen::{Listener, left_today};
use super::look::{Looking, picture};
use crate::model::conversation::Speaker;
use crate::model::event::Incoming;
use crate::model::lead_state::State;
use crate::model::message::{Message, MessageKey};
use crate::ports::bundle::TurnPorts;
use crate::ports::clock::Clock;
use crate::ports::media::MediaFile;
use futures_util::future::{OptionFuture, join, poll_fn, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;
use tracing::warn;
use zikaron_memory::spoken::Spoken;
use zikaron_memory::transcript::{NotHeard, Transcript};

type Running<'a, T> = FuturesUnordered<Pin<Box<dyn Future<Output = T> + Send + 'a>>>;

/// What became of a file, and the messages it came with.
type Heard = (String, Vec<Message>, Transcript);

/// The voice notes and pictures of one reading.
pub(super) struct Hearing<'l, P> {
    /// None where voice notes are switched off.
    listener: Option<&'l Listener<'l, P>>,
    storing: Running<'l, ()>,
    /// None where the model is not to see pictures.
    looking: Option<Looking<'l, P>>,
    clock: &'l P,
    /// What was begun before the messages were read.
    early: Option<EarlyFile<'l>>,
    /// From then on nothing is waited for.
    until: Timestamp,
    has_looked: bool,
    running: Running<'l, Heard>,
    /// The files that were begun.
    begun: BTreeSet<String>,
    /// What was heard in them, now or before.
    heard: BTreeMap<String, Transcript>,
    /// The messages whose sounds count as listened to today.
    counted: BTreeSet<MessageKey>,
}

impl<'l, P: TurnPorts> Hearing<'l, P> {
    pub(super) fn new(p: &'l P, turn: &'l Turn, listener: &'l Listener<'l, P>, early: Option<EarlyFile<'l>>) -> Self {
        Self {
            listener: turn.settings.hears().then_some(listener),
            storing: FuturesUnordered::new(),
            looking: Looking::new(p, turn),
            clock: p,
            early,
            until: p.clock().now() + p.config().hearing,
            has_looked: false,
            running: FuturesUnordered::new(),
            begun: BTreeSet::new(),
            heard: BTreeMap::new(),
            counted: BTreeSet::new(),
        }
    }

    /// Whether nobody has looked for voice notes and pictures yet.
    pub(super) fn is_new(&self) -> bool {
        self.is_on() && !self.has_looked
    }

    fn is_on(&self) -> bool {
        self.listener.is_some() || self.looking.is_some()
    }

    /// Begins with what waits among these messages and was neither heard nor fetched yet.
    pub(super) fn begin(&mut self, state: &State, messages: &[Message]) {
        self.has_looked = true;
        if !self.is_on() || self.left().is_zero() {
            return;
        }
        if let Some(looking) = &mut self.looking {
            looking.begin(state, messages, &mut self.early);
        }
        self.listen(state, messages);
        // Nobody takes it any more.
        self.early = None;
    }

    fn listen(&mut self, state: &State, messages: &[Message]) {
        let Some(listener) = self.listener else { return };
        let language = Spoken::of(written(messages)).map(Spoken::code);
        self.learn(listener, state, messages);
        let mut files: BTreeMap<&str, Vec<Message>> = BTreeMap::new();
        for message in messages.iter().filter(|message| waits_unheard(state, message)) {
            let Some(file) = file(message) else { continue };
            if let Some(transcript) = self.heard.get(file).filter(|heard| heard.text().is_some()) {
                if self.counted.insert(message.key.clone()) {
                    let (message, transcript) = (message.clone(), transcript.clone());
                    self.storing.push(Box::pin(async move { listener.store_all(vec![message], &transcript).await }));
                }
            } else if !self.begun.contains(file) {
                self.counted.insert(message.key.clone());
                files.entry(file).or_default().push(message.clone());
            }
        }
        for (file, messages) in files {
            let file = file.to_owned();
            self.begun.insert(file.clone());
            let media = messages.first().and_then(|message| message.enclosed.media.as_ref());
            let early = self.early.take_if(|early| media.is_some_and(|media| early.is(media)));
            self.running.push(Box::pin(async move {
                let transcript = listener.hear(&messages, language, early).await;
                (file, messages, transcript)
            }));
        }
    }

    /// Takes over what earlier turns heard: the same file is not listened to again, and what waits still counts for the
    /// day.
    fn learn(&mut self, listener: &Listener<'_, P>, state: &State, messages: &[Message]) {
        for message in messages {
            let Some(transcript) = &message.enclosed.transcript else { continue };
            let Some(file) = file(message).filter(|_| transcript.text().is_some()) else { continue };
            self.heard.entry(file.to_owned()).or_insert_with(|| transcript.clone());
            let counts = message.needs_answer() && message.arrival > state.answered;
            if counts && self.counted.insert(message.key.clone()) && !listener.reserve(transcript.seconds()) {
                listener.exhaust();
            }
        }
    }

    /// Whether something is still being listened to or fetched. Nothing is once the time is over.
    pub(super) fn is_running(&mut self) -> bool {
        let (sounds, pictures) = (self.running.len(), self.looking.as_ref().map_or(0, Looking::running));
        let runs = sounds + pictures > 0;
        if runs && self.left().is_zero() {
            let failures = (sounds > 0).then_some(sounds);
            warn!(metric.voice_failures = failures, pictures, "what came was not heard or fetched in time");
            self.running.clear();
            self.looking.iter_mut().for_each(Looking::stop);
            return false;
        }
        runs
    }

    /// How long is listened yet.
    pub(super) fn left(&self) -> SignedDuration {
        let left = self.until.duration_since(self.clock.clock().now());
        left.max(SignedDuration::ZERO)
    }

    /// Goes on until everything that was begun is heard, or there. May be dropped before, and goes on the next time.
    pub(super) async fn go_on(&mut self) {
        let Self { listener, running, storing, heard, looking, early, .. } = self;
        let early = OptionFuture::from(early.as_mut().map(EarlyFile::go_on));
        let looking = OptionFuture::from(looking.as_mut().map(Looking::go_on));
        let mut fetching = pin!(join(early, looking));
        let mut are_there = false;
        poll_fn(|context| {
            while let Poll::Ready(Some((file, messages, transcript))) = running.poll_next_unpin(context) {
                heard.insert(file, transcript.clone());
                let Some(listener) = *listener else { continue };
                storing.push(Box::pin(async move { listener.store_all(messages, &transcript).await }));
            }
            while let Poll::Ready(Some(())) = storing.poll_next_unpin(context) {}
            are_there = are_there || fetching.as_mut().poll(context).is_ready();
            if running.is_empty() && are_there { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Goes on for so long. Whether everything is heard, or there, by then.
    pub(super) async fn is_over_within(&mut self, most: SignedDuration) -> bool {
        let most = most.min(self.left());
        let clock = self.clock.clock();
        select(pin!(self.go_on()), pin!(clock.sleep(most))).await;
        !self.is_running()
    }

    /// Goes on until everything that was heard is stored.
    pub(super) async fn stored(&mut self) {
        while self.storing.next().await.is_some() {}
    }

    /// The pictures the model is shown with these messages.
    pub(super) fn pictures(&mut self, state: &State, messages: &[Message]) -> Vec<(MessageKey, MediaFile)> {
        self.looking.as_mut().map(|looking| looking.take(state, messages)).unwrap_or_default()
    }

    /// What was heard stands in the messages, also where it could not be stored; of what else waits it is said that it
    /// was not heard.
    pub(super) fn apply(&self, state: &State, messages: &mut [Message]) {
        if self.listener.is_none() {
            return;
        }
        for message in messages.iter_mut().filter(|message| waits_unheard(state, message)) {
            let heard = file(message).and_then(|file| self.heard.get(file)).cloned();
            message.enclosed.transcript = Some(heard.unwrap_or(Transcript::Failed { why: NotHeard::Unavailable }));
        }
    }
}

/// Begins with the file of the message that this turn has just stored, if it is going to listen to it or look at it.
pub(super) fn early_file<'p, P: TurnPorts>(p: &'p P, turn: &Turn, message: &Incoming) -> Option<EarlyFile<'p>> {
    // One that waits for no answer is not among what the turn reads.
    let line = turn.state.line.as_ref().filter(|_| turn.state.newest.as_ref() == Some(&message.id))?;
    if let Some(sound) = message.enclosed.sound() {
        let is_heard = turn.settings.hears() && left_today(p, turn) > 0;
        return is_heard.then(|| EarlyFile::new(p, line, sound, p.config().sound_bytes));
    }
    let picture = picture(&message.enclosed).filter(|_| turn.settings.sees_images)?;
    Some(EarlyFile::new(p, line, picture, p.config().picture_bytes))
}

/// A sound nobody listened to yet, in a message that waits for an answer.
fn waits_unheard(state: &State, message: &Message) -> bool {
    message.needs_answer() && state.awaits(message.arrival) && message.is_unheard()
}

/// By what the sound of a message is known again.
pub(super) fn file(message: &Message) -> Option<&str> {
    let media = message.enclosed.media.as_ref()?;
    Some(media.sha256.as_deref().unwrap_or(&media.id))
}

/// What the customer wrote with their own hands.
pub(super) fn written(messages: &[Message]) -> impl Iterator<Item = &str> {
    let own = messages.iter().filter(|message| message.speaker == Speaker::Customer && !message.is_heard());
    own.filter_map(Message::own_words)
}
