//! Early file: that of the message a turn began with is fetched from the moment the message is stored, beside the setting
//! of the schedule and the reading of the table.

use crate::model::ids::Line;
use crate::ports::bundle::TurnPorts;
use crate::ports::media::{Media, MediaError, MediaFile};
use futures_util::future::{BoxFuture, FutureExt};
use zikaron_memory::content;

/// A file that is being fetched.
pub(super) struct EarlyFile<'p> {
    /// The channel's id of it.
    id: String,
    fetching: BoxFuture<'p, Result<MediaFile, MediaError>>,
    fetched: Option<Result<MediaFile, MediaError>>,
}

impl<'p> EarlyFile<'p> {
    pub(super) fn new<P: TurnPorts>(p: &'p P, line: &Line, media: &content::Media, most: usize) -> Self {
        let (id, line, media) = (media.id.clone(), line.clone(), media.clone());
        let fetching = async move { p.media().fetch(&line, &media, most).await }.boxed();
        Self { id, fetching, fetched: None }
    }

    pub(super) fn is(&self, media: &content::Media) -> bool {
        self.id == media.id
    }

    /// Goes on until it is there. May be dropped before, and goes on the next time.
    pub(super) async fn go_on(&mut self) {
        if self.fetched.is_none() {
            self.fetched = Some((&mut self.fetching).await);
        }
    }

    async fn file(mut self) -> Result<MediaFile, MediaError> {
        match self.fetched {
            Some(file) => file,
            None => (&mut self.fetching).await,
        }
    }
}

/// As [`Media::fetch`], or what was begun early, which is taken. Where that failed it is asked for anew: its time goes on
/// also while a turn does something else.
pub(super) async fn fetch<P: TurnPorts>(
    p: &P,
    early: &mut Option<EarlyFile<'_>>,
    line: &Line,
    media: &content::Media,
    most: usize,
) -> Result<MediaFile, MediaError> {
    if let Some(early) = early.take() {
        match early.file().await {
            Err(MediaError::Unavailable(_)) => {}
            file => return file,
        }
    }
    p.media().fetch(line, media, most).await
}
