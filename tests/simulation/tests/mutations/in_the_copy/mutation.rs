//! Which mutation this thread runs with. This file is in the copy alone that the tests of the simulation build.

use std::cell::RefCell;

thread_local!(static ACTIVE: RefCell<String> = const { RefCell::new(String::new()) });

/// Makes this thread run with the mutation of this name, or with none.
pub fn set(name: Option<&str>) {
    ACTIVE.with_borrow_mut(|active| name.unwrap_or_default().clone_into(active));
}

/// Whether this thread runs with the mutation of this name.
pub fn is_active(name: &str) -> bool {
    ACTIVE.with_borrow(|active| active == name)
}
