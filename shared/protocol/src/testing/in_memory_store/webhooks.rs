//! The store in memory, as the courier and the staff API use it for webhooks.

use super::InMemory;
use super::business_store::cut;
use super::conditions::follows;
use crate::model::ids::{BusinessId, CustomerAddress, LeadKey};
use crate::model::webhook::{Delivery, DeliveryId, Webhook};
use crate::model::write::Memory;
use crate::ports::business_store::Page;
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem, Cursor};
use crate::ports::webhook::WebhookStore;

const CONFLICT: CommitError = CommitError::Conflict(ConflictingItem::State);

impl WebhookStore for InMemory {
    async fn webhook(&self, business: &BusinessId) -> Result<Option<Webhook>, Unavailable> {
        Ok(self.contents().webhooks.get(business).cloned())
    }

    async fn put_webhook(&self, business: &BusinessId, webhook: &Webhook) -> Result<(), CommitError> {
        let mut contents = self.contents();
        if !follows(contents.webhooks.get(business).map(|stands| stands.version), webhook.version) {
            return Err(CONFLICT);
        }
        contents.webhooks.insert(business.clone(), webhook.clone());
        Ok(())
    }

    async fn delivery(&self, business: &BusinessId, id: &DeliveryId) -> Result<Option<Delivery>, Unavailable> {
        Ok(self.contents().deliveries.get(&(business.clone(), id.clone())).cloned())
    }

    async fn put_delivery(&self, business: &BusinessId, delivery: &Delivery) -> Result<(), CommitError> {
        let mut contents = self.contents();
        let place = (business.clone(), delivery.id.clone());
        if !follows(contents.deliveries.get(&place).map(|stands| stands.version), delivery.version) {
            return Err(CONFLICT);
        }
        contents.deliveries.insert(place, delivery.clone());
        Ok(())
    }

    async fn memory_of(&self, key: &LeadKey) -> Result<Option<(CustomerAddress, Memory)>, Unavailable> {
        let contents = self.contents();
        let of =
            contents.leads.get(key).and_then(|lead| Some((lead.state.as_ref()?.customer.clone(), lead.memory.clone())));
        Ok(of)
    }

    async fn deliveries(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<Delivery>, Unavailable> {
        let contents = self.contents();
        let of_it = contents.deliveries.iter().filter(|((owner, _), _)| owner == business);
        let placed = of_it.map(|(_, delivery)| (format!("{:.3}#{}", delivery.at, delivery.id), delivery.clone()));
        let mut found: Vec<_> = placed.filter(|(place, _)| before.is_none_or(|before| place < before)).collect();
        found.sort_by(|(a, _), (b, _)| b.cmp(a));
        Ok(cut(found, most))
    }
}
