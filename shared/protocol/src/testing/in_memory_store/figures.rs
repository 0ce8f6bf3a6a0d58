//! The figures, as the staff API reads them.

use super::InMemory;
use super::business_store::cut;
use crate::model::figures::{Period, Tally};
use crate::model::ids::{BusinessId, LeadKey};
use crate::ports::business_store::Page;
use crate::ports::error::Unavailable;
use crate::ports::figures::Figures;
use crate::ports::store::{Cursor, cursor_at};
use jiff::civil::Date;
use std::collections::BTreeMap;
use zikaron_memory::session::SessionId;

impl Figures for InMemory {
    async fn figures_of_days(
        &self,
        business: &BusinessId,
        from: Date,
        to: Date,
    ) -> Result<BTreeMap<Date, Tally>, Unavailable> {
        let contents = self.contents();
        let of = contents.figures.iter().filter(|((owner, _), tally)| owner == business && !tally.is_empty());
        let days = of.filter_map(|((_, period), tally)| match period {
            Period::Day(day) => Some((*day, tally.clone())),
            Period::Now => None,
        });
        Ok(days.filter(|(day, _)| from <= *day && *day <= to).collect())
    }

    async fn figures_now(&self, business: &BusinessId) -> Result<Tally, Unavailable> {
        Ok(self.contents().figures.get(&(business.clone(), Period::Now)).cloned().unwrap_or_default())
    }

    async fn sessions_of_day(
        &self,
        business: &BusinessId,
        day: Date,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<(LeadKey, SessionId)>, Unavailable> {
        let contents = self.contents();
        let theirs = contents.leads.iter().filter(|(key, _)| key.business == *business);
        let sessions = theirs.flat_map(|(key, lead)| lead.sessions.values().map(move |session| (key, session)));
        let counted = sessions.filter(|(_, session)| {
            !session.is_unfinished() && session.counted.as_ref().is_some_and(|counted| counted.day == day)
        });
        let placed = counted.map(|(key, session)| {
            (format!("{}#{}", cursor_at(session.opened_at), session.id), (key.clone(), session.id.clone()))
        });
        let mut found: Vec<_> = placed.filter(|(place, _)| after.is_none_or(|after| place > after)).collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(cut(found, most))
    }
}
