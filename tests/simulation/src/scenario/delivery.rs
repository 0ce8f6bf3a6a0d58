//! The webhooks of a customer, and how they come.

/// How badly webhooks are delivered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delivery {
    /// A message comes more than once.
    pub(crate) repeated: f64,
    /// A message comes seconds late, and so behind later ones.
    pub(crate) reordered: f64,
    /// A message comes minutes to hours late.
    pub(crate) late: f64,
    /// A message comes about half a day late.
    pub(crate) stale: f64,
}
