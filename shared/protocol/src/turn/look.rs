//! Look: the newest pictures that wait are fetched side by side, beside the wait for quiet, for a model that can see
//! (docs/rules.md#p5). They go with one request to it and are kept nowhere.

use super::context::Turn;
use super::early_file::{self, EarlyFile};
use crate::model::config::Config;
use crate::model::ids::{LeadId, Line};
use crate::model::lead_state::State;
use crate::model::message::{Message, MessageKey};
use crate::ports::bundle::TurnPorts;
use crate::ports::clock::Clock;
use crate::ports::media::{MediaError, MediaFile, PICTURES};
use futures_util::stream::{FuturesUnordered, StreamExt};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use tracing::{info, warn};
use zikaron_memory::content::{self, Attachments, Content};

/// How long it is waited before the one second try.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_millis(300);

type Running<'a> = Pin<Box<dyn Future<Output = (String, Option<MediaFile>)> + Send + 'a>>;

/// The pictures of one reading, by the channel's ids of them.
pub(super) struct Looking<'l, P> {
    p: &'l P,
    lead: &'l LeadId,
    /// The number they came by.
    line: &'l Line,
    running: FuturesUnordered<Running<'l>>,
    /// Those that were begun.
    begun: BTreeSet<String>,
    /// Those that came and are still among the newest.
    files: BTreeMap<String, MediaFile>,
    /// The newest.
    wanted: BTreeSet<String>,
}

impl<'l, P: TurnPorts> Looking<'l, P> {
    /// None where the model is not to see, or nobody knows by which number pictures would have come.
    pub(super) fn new(p: &'l P, turn: &'l Turn) -> Option<Self> {
        let line = turn.state.line.as_ref().filter(|_| turn.settings.sees_images)?;
        Some(Self {
            p,
            lead: &turn.key.lead,
            line,
            running: FuturesUnordered::new(),
            begun: BTreeSet::new(),
            files: BTreeMap::new(),
            wanted: BTreeSet::new(),
        })
    }

    /// Begins to fetch the newest of what waits among these messages.
    pub(super) fn begin(&mut self, state: &State, messages: &[Message], early: &mut Option<EarlyFile<'l>>) {
        let newest: Vec<_> = newest(state, messages, self.p.config()).map(|(_, media)| media).collect();
        self.wanted = newest.iter().map(|media| media.id.clone()).collect();
        let wanted = &self.wanted;
        self.files.retain(|id, _| wanted.contains(id));
        for media in newest {
            if self.begun.insert(media.id.clone()) {
                let early = early.take_if(|early| early.is(media));
                self.running.push(Box::pin(fetch(self.p, self.lead, self.line, media.clone(), early)));
            }
        }
    }

    pub(super) fn running(&self) -> usize {
        self.running.len()
    }

    /// What has not come by now is not shown.
    pub(super) fn stop(&mut self) {
        self.running.clear();
    }

    /// Goes on until everything that was begun is there. May be dropped before, and goes on the next time.
    pub(super) async fn go_on(&mut self) {
        while let Some((id, file)) = self.running.next().await {
            self.files.extend(file.filter(|_| self.wanted.contains(&id)).map(|file| (id, file)));
        }
    }

    /// What the model is shown: the newest that came, as far as they fit together. Each is handed out once.
    pub(super) fn take(&mut self, state: &State, messages: &[Message]) -> Vec<(MessageKey, MediaFile)> {
        let mut left = self.p.config().picture_bytes;
        let mut taken = Vec::new();
        for (key, media) in newest(state, messages, self.p.config()) {
            let Some(file) = self.files.remove(&media.id) else { continue };
            let Some(rest) = left.checked_sub(file.bytes.len()) else { break };
            left = rest;
            taken.push((key.clone(), file));
        }
        taken
    }
}

/// The newest pictures that wait for an answer, newest first, each with its message.
fn newest<'m>(
    state: &State,
    messages: &'m [Message],
    config: &Config,
) -> impl Iterator<Item = (&'m MessageKey, &'m content::Media)> {
    let waits = |message: &&Message| message.needs_answer() && state.awaits(message.arrival);
    let mut found: Vec<_> =
        messages.iter().filter(waits).filter_map(|message| Some((message, picture(&message.enclosed)?))).collect();
    found.sort_by_key(|(message, _)| std::cmp::Reverse((message.key.sent_at.as_second(), message.arrival)));
    found.into_iter().take(config.pictures).map(|(message, media)| (&message.key, media))
}

/// A picture, also one that was sent as a file. A sticker says nothing that is to be looked at.
pub(super) fn picture(enclosed: &Attachments) -> Option<&content::Media> {
    let media = enclosed.media.as_ref()?;
    let kind = media.mime_type.as_deref().map(|kind| kind.split(';').next().unwrap_or_default().trim());
    let is_known = |kind: &str| PICTURES.iter().any(|known| known.eq_ignore_ascii_case(kind));
    let is_picture = match enclosed.content {
        Some(Content::Image) => kind.is_none_or(is_known),
        Some(Content::Document { .. }) => kind.is_some_and(is_known),
        _ => false,
    };
    is_picture.then_some(media)
}

async fn fetch<P: TurnPorts>(
    p: &P,
    lead: &LeadId,
    line: &Line,
    media: content::Media,
    mut early: Option<EarlyFile<'_>>,
) -> (String, Option<MediaFile>) {
    for again in [true, false] {
        match early_file::fetch(p, &mut early, line, &media, p.config().picture_bytes).await {
            Ok(file) if file.picture().is_some() => return (media.id, Some(file)),
            Ok(_) => {
                info!(%lead, "a picture is none by its bytes: it is not shown");
                break;
            }
            Err(MediaError::Unavailable(error)) => {
                warn!(%lead, %error, again, "a picture was not fetched");
                if again {
                    p.clock().sleep(AGAIN_AFTER).await;
                }
            }
            Err(error) => {
                info!(%lead, %error, "a picture is not shown");
                break;
            }
        }
    }
    (media.id, None)
}
