//! What staff enter to be done for a customer at a time, change and cancel (docs/rules.md#m). The summarizer does it: a
//! hint (`session.due`) has it make the schedule, or publish the end.

use super::service::{ATTEMPTS, EditError, StaffService};
use crate::model::action::{Action, LATEST, action_id};
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::session::{Job, Session};
use crate::model::write::Write;
use crate::ports::business_store::{LeadCollections, Page};
use crate::ports::clock::{Clock, Ids};
use crate::ports::error::Unavailable;
use crate::ports::store::{Cursor, Store};
use crate::retry::{Attempt, Committed, commit, update};
use futures_util::future::try_join;
use jiff::Timestamp;
use zikaron_memory::action::rules::{Permit, permit};
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller, Refusal};
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;

/// What a person enters.
#[derive(Clone, Debug)]
pub struct NewAction {
    /// By what means.
    pub kind: ActionKind,
    /// Of a message its words; of a call what it is about; of a person what they are to do.
    pub text: String,
    /// The template for when the customer has not written for 24 hours, by its name in the settings.
    pub template: Option<String>,
    /// When it is to be done.
    pub due_at: Timestamp,
    /// After this it makes no sense; none: four days after it was due.
    pub latest: Option<Timestamp>,
    /// Whether it is moot as soon as the customer writes.
    pub unless_they_write: bool,
}

/// What a person changes of an action; none: it stays.
#[derive(Clone, Debug, Default)]
pub struct ActionChange {
    /// Its words.
    pub text: Option<String>,
    /// When it is to be done. What it is too late for moves with it.
    pub due_at: Option<Timestamp>,
}

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// Enters an action. Repeated with the same time and ids it does nothing more.
    ///
    /// # Errors
    /// [`EditError::NoLead`], [`EditError::NotAllowed`] where a rule would refuse it when it is due, or it is a message to
    /// who has never written ([`Refusal::NoConversation`]); or the store failed, or others kept writing. Nothing was
    /// written.
    pub async fn add_action(&self, key: &LeadKey, new: &NewAction) -> Result<Session, EditError> {
        let (id, now) = (action_id(&self.ids.ulid()), self.clock.now());
        if let Some(written) = self.store.session(key, &id).await? {
            return Ok(written);
        }
        let action = Action {
            kind: new.kind,
            text: new.text.clone(),
            composed: false,
            template: new.template.clone(),
            due_at: new.due_at,
            latest: new.latest.unwrap_or(new.due_at + LATEST),
            made_at: now,
            asked: None,
            unless_they_write: new.unless_they_write,
            claimed_at: None,
            message: None,
            call: None,
            ended: None,
        };
        update!(self.clock, ATTEMPTS, |_| {
            let (state, settings) = self.of_lead(key).await?;
            if new.kind == ActionKind::Message && state.line.is_none() {
                return Err(EditError::NotAllowed(Refusal::NoConversation));
            }
            let at = allowed(&action, &state, &settings)?;
            let session = Session::due(id.clone(), Job::Action(Box::new(action.clone())), None, now, at);
            match commit(self.store, key, vec![Write::Session(session.clone())]).await? {
                Committed::Yes => Ok(Attempt::Done(session)),
                // Written by an earlier try of this request, or the lead is gone.
                Committed::Raced(_) => match self.store.session(key, &id).await? {
                    Some(written) => Ok(Attempt::Done(written)),
                    None => self.raced(key).await,
                },
            }
        })
    }

    /// Changes an action that waits.
    ///
    /// # Errors
    /// [`EditError::NoAction`], [`EditError::ActionOver`] where it waits no more; otherwise as for
    /// [`Self::add_action`].
    pub async fn change_action(
        &self,
        key: &LeadKey,
        id: &SessionId,
        change: &ActionChange,
    ) -> Result<Session, EditError> {
        update!(self.clock, ATTEMPTS, |_| {
            let (session, mut action) = self.action(key, id).await?;
            if action.ended.is_some() || action.claimed_at.is_some() {
                return Err(EditError::ActionOver);
            }
            if let Some(at) = change.due_at {
                let lasts = action.latest.duration_since(action.due_at);
                action.latest = at.checked_add(lasts).unwrap_or(Timestamp::MAX);
                action.due_at = at;
            }
            action.text = change.text.clone().unwrap_or(action.text);
            let (state, settings) = self.of_lead(key).await?;
            let at = allowed(&action, &state, &settings)?;
            // Schedules that were made before are not its last any more.
            let next = Session { job: Job::Action(Box::new(action)), ..session.again(at) };
            match commit(self.store, key, vec![Write::Session(next.clone())]).await? {
                Committed::Yes => Ok(Attempt::Done(next)),
                Committed::Raced(_) => self.raced(key).await,
            }
        })
    }

    /// Cancels an action that waits; cancelled by staff before, it does nothing.
    ///
    /// # Errors
    /// [`EditError::NoAction`], [`EditError::ActionOver`] where it ended otherwise; or the store failed, or others kept
    /// writing. Nothing was written.
    pub async fn cancel_action(&self, key: &LeadKey, id: &SessionId) -> Result<Session, EditError> {
        let how = ActionEnd::Cancelled(Canceller::Staff);
        update!(self.clock, ATTEMPTS, |_| {
            let (session, action) = self.action(key, id).await?;
            match action.ended {
                Some(ended) if ended.how == how => return Ok(Attempt::Done(session)),
                None if action.claimed_at.is_none() => {}
                _ => return Err(EditError::ActionOver),
            }
            let done = session.ended(action, how, self.clock.now());
            match commit(self.store, key, vec![Write::Session(done.clone())]).await? {
                Committed::Yes => Ok(Attempt::Done(done)),
                Committed::Raced(_) => self.raced(key).await,
            }
        })
    }

    async fn action(&self, key: &LeadKey, id: &SessionId) -> Result<(Session, Action), EditError> {
        let found = self.store.session(key, id).await?;
        let found = found.and_then(|session| session.action().cloned().map(|action| (session, action)));
        match found {
            Some(found) => Ok(found),
            None => Err(self.gone(key).await?.unwrap_or(EditError::NoAction)),
        }
    }

    async fn of_lead(&self, key: &LeadKey) -> Result<(State, Settings), EditError> {
        let (state, settings) = try_join(self.store.state(key), self.store.settings(&key.business)).await?;
        let state = state.ok_or(EditError::NoLead)?;
        // Merged into another lead since it was looked up: the caller looks again.
        if state.joined_to.is_some() { Err(EditError::Contended) } else { Ok((state, settings)) }
    }
}

/// When it is looked at: when it is due, or as soon after it as the rules allow, by what is known today.
fn allowed(action: &Action, state: &State, settings: &Settings) -> Result<Timestamp, EditError> {
    match permit(action.kind, action.due_at, settings, &state.facts(action, false)) {
        Permit::Until(_) => Ok(action.due_at),
        Permit::At(at) => Ok(at),
        Permit::Refused(why) => Err(EditError::NotAllowed(why)),
    }
}

/// Up to `most` actions of a lead, the one that was entered last first, from behind `before` on.
///
/// # Errors
/// The table failed.
pub async fn actions<S: LeadCollections>(
    store: &S,
    key: &LeadKey,
    before: Option<&Cursor>,
    most: usize,
) -> Result<Page<Session>, Unavailable> {
    let (mut found, next) = store.page::<Session>(key, before, most).await?;
    let all = found.len();
    // By their ids they come in front of all other sessions.
    found.retain(|session| session.action().is_some());
    let next = next.filter(|_| found.len() == all);
    Ok((found, next))
}
