//! What the protocol does with the memory, over ports without faults: a business, a customer, a clock set by hand.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

mod action_calls;
mod action_of_caller;
mod actions;
mod ageing;
mod asked;
mod budget;
mod by_hand;
mod changes;
mod charged;
mod commitments;
mod dead_model;
mod disclosure;
mod echo;
mod figures;
mod flood;
mod harness;
mod joining;
mod late;
mod lines;
mod meanwhile;
mod noted;
mod number_request;
mod opting_out;
mod outage;
mod paired;
mod prompt;
mod returning;
mod stored;
mod sweeping;
mod taken_back;
mod unreadable;
mod unusable;
