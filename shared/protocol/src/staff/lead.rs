//! Customers staff enter or import.

use super::edit::Business;
use super::profile::fit_to_keep;
use super::service::{ATTEMPTS, EditError, StaffService};
use crate::identity::aliases::naming;
use crate::model::alias::alias_keys;
use crate::model::ids::{BusinessId, CustomerAddress, E164, LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::write::Write;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::{ConflictingItem, Store};
use crate::retry::{Attempt, Committed, commit, update};
use jiff::Timestamp;
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::{Candidate, Confidence, Source};
use zikaron_memory::session::SessionId;

/// A customer who was looked for by phone number, and entered where they were not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The lead.
    pub key: LeadKey,
    /// Whether this request entered them; also true where it is repeated with the same ids.
    pub created: bool,
}

/// What another system knows of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The customer's phone number.
    pub phone: E164,
    /// Field and value, for fields the business has.
    pub values: Vec<(String, String)>,
}

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// The lead of a phone number; a new one where there is none. Messages from before an erasure stay out of it.
    ///
    /// # Errors
    /// [`EditError::Erased`] where a repeated request is older than the customer's erasure; or the store failed, or
    /// others kept writing. Nothing was written.
    pub async fn open(&self, business: &BusinessId, phone: &E164) -> Result<Opened, EditError> {
        let customer = CustomerAddress { bsuid: None, phone: Some(phone.clone()) };
        let fresh = LeadId::parse(self.ids.ulid()).map_err(|_| EditError::Contended)?;
        let opened = |lead: LeadId| {
            let created = lead == fresh;
            Opened { key: LeadKey { business: business.clone(), lead }, created }
        };
        update!(self.clock, ATTEMPTS, |_| {
            let found = self.store.find(business, &customer, Timestamp::MAX).await?;
            if let Some(lead) = found.lead() {
                let opened = opened(lead.clone());
                let state = self.store.state(&opened.key).await?;
                self.not_erased_since(state.and_then(|state| state.erased_at))?;
                return Ok(Attempt::Done(opened));
            }
            let new = opened(fresh.clone());
            let mut state = State::new(customer.clone(), self.clock.now()).next();
            let names: Vec<String> = alias_keys(&customer).into_iter().flatten().collect();
            state.erased_at = self.store.erased_at(business, &names).await?;
            self.not_erased_since(state.erased_at)?;
            let items = naming(&found, &fresh, customer.clone()).into_iter().chain([Write::State(state)]).collect();
            match commit(self.store, &new.key, items).await? {
                Committed::Yes => Ok(Attempt::Done(new)),
                Committed::Raced(ConflictingItem::Alias | ConflictingItem::State) => Ok(Attempt::Raced),
                Committed::Raced(_) => Err(EditError::Contended),
            }
        })
    }

    /// What was first asked for before the customer was erased does not bring them back.
    fn not_erased_since(&self, erased_at: Option<Timestamp>) -> Result<(), EditError> {
        if erased_at.is_some_and(|erased_at| self.clock.now() <= erased_at) { Err(EditError::Erased) } else { Ok(()) }
    }

    /// Takes in what another system knows: weaker than what staff and the customer themselves say (docs/rules.md#b2).
    /// Values no field can keep leave the whole customer out.
    ///
    /// # Errors
    /// [`EditError::Refused`] names the field whose value does not fit; otherwise as for [`Self::open`]. Nothing was
    /// written, or the customer was entered without the values.
    pub async fn import(&self, business: &BusinessId, import: &Import) -> Result<(Opened, Vec<Verdict>), EditError> {
        let settings = self.store.settings(business).await?;
        let fields = settings.fields();
        let (import_id, now) = (SessionId::new(self.ids.ulid()), self.clock.now());
        let candidate = |(field, value): &(String, String)| Candidate {
            field: field.clone(),
            value: Some(value.clone()),
            source: Source::Import,
            confidence: Confidence::High,
            at: now,
            session: import_id.clone(),
            position: 0,
            taken_back: None,
            transcribed: false,
            valid_until: None,
        };
        let candidates: Vec<_> = import.values.iter().map(candidate).collect();
        fit_to_keep(&fields, &candidates)?;
        let opened = self.open(business, &import.phone).await?;
        let verdicts = if candidates.is_empty() {
            Vec::new()
        } else {
            let of = Business { fields: &fields, zone: &settings.zone() };
            self.merge_in(&opened.key, of, &candidates, None).await?
        };
        Ok((opened, verdicts))
    }
}
