//! The languages the offline model can write.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Hebrew,
    English,
}
