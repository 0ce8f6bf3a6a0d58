//! CRMs that a business's events go to: what each is told of an event is a file (`hubspot.json`), and this reads it. Its
//! form stands in docs/crm.md.

mod mapping;
mod run;
mod template;

pub use mapping::{Mapping, MappingError};
pub(crate) use run::Run;
