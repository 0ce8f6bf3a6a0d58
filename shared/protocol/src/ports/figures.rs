//! What is counted, as the staff API reads it. It is written by commits ([`crate::model::write::Write::Count`]).

use super::error::Unavailable;
use super::store::Cursor;
use crate::model::figures::Tally;
use crate::model::ids::{BusinessId, LeadKey};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::future::Future;
use zikaron_memory::session::SessionId;

/// Sessions, and where the list goes on, if there are more.
pub type CountedSessions = (Vec<(LeadKey, SessionId)>, Option<Cursor>);

/// The figures of businesses.
pub trait Figures: Send + Sync {
    /// What was counted on each day from `from` to `to` (both included); days on which nothing was are left out.
    fn figures_of_days(
        &self,
        business: &BusinessId,
        from: Date,
        to: Date,
    ) -> impl Future<Output = Result<BTreeMap<Date, Tally>, Unavailable>> + Send;

    /// What stands in all memories of the business.
    fn figures_now(&self, business: &BusinessId) -> impl Future<Output = Result<Tally, Unavailable>> + Send;

    /// Up to `most` sessions that were counted on a day, those opened first before the others, from behind `after` on;
    /// may be a moment behind.
    fn sessions_of_day(
        &self,
        business: &BusinessId,
        day: Date,
        after: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<CountedSessions, Unavailable>> + Send;
}
