//! Text from people and models: made safe to keep, cut to a length, compared as people would compare it.

mod clean;
mod cut;
mod fold;
mod key;
mod words;

pub(crate) use clean::clean_line;
pub(crate) use cut::{cut, cut_json, cut_visibly, json_len};
pub(crate) use fold::fold;
pub(crate) use key::{key, search_key};
pub(crate) use words::{
    NormalizedText, PREFIXES, is_abbreviated, without_arabic, without_arabic_prefix, without_prefix,
    without_prefix_of_digits, words,
};
