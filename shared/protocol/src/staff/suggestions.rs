//! What staff take over from what is suggested (docs/rules.md#b4).

use super::service::{EditError, StaffService};
use crate::model::ids::LeadKey;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::Store;
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::{Field, Source};

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// Accepts a suggestion: its value is entered by a person from now on; none where the customer took back what
    /// stands, which is then deleted. Where they took back items of a list, the value is the list without them. Accepted
    /// before, it does nothing.
    ///
    /// # Errors
    /// [`EditError::NoSuggestion`], [`EditError::Moved`] where a list changed meanwhile, or as for
    /// [`Self::edit_profile`]. Nothing was written.
    pub async fn accept(&self, key: &LeadKey, field: &str, value: Option<&str>) -> Result<Vec<Verdict>, EditError> {
        let memory = self.store.memory(key).await?;
        let held = memory.document.customer_profile_json.get(field);
        let (stands, by_hand) = (held.and_then(Field::value), held.is_some_and(|held| held.source() == Source::Manual));
        let waiting = held.map(Field::suggestions).unwrap_or_default();
        let suggested = waiting.iter().find(|suggestion| suggestion.value.as_deref() == value);
        let takes_back = suggested.is_some_and(|suggestion| suggestion.taken_back.is_some());
        // To a list it is added: what stands in it stays, unless it was taken back.
        let settings = self.store.settings(&key.business).await?;
        let is_list = !takes_back && settings.fields().get(field).is_some_and(|spec| spec.list);
        let holds = |stands: &str, value: &str| is_list && stands.split(", ").any(|item| item == value);
        if by_hand && (stands == value || stands.zip(value).is_some_and(|(stands, value)| holds(stands, value))) {
            return Ok(Vec::new());
        }
        if suggested.is_none() {
            return Err(self.gone(key).await?.unwrap_or(EditError::NoSuggestion { field: field.to_owned() }));
        }
        match stands.filter(|_| is_list).zip(value) {
            Some((stands, value)) => {
                let all = Some(format!("{stands}, {value}"));
                self.edit_profile(key, &[(field.to_owned(), all)], Some(memory.version)).await
            }
            None => {
                let version = takes_back.then_some(memory.version);
                self.edit_profile(key, &[(field.to_owned(), value.map(str::to_owned))], version).await
            }
        }
    }
}
