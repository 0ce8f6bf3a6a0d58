//! "No", "not" and "but" in a statement ("I am not from Haifa").

// Words are written as `text::words` gives them: lower case, no final letters, no apostrophes.

/// Whether a word negates what a customer says of themselves.
pub(crate) fn negates_statement(word: &str) -> bool {
    NEGATIONS.contains(&word)
}

/// Whether a statement turns at a word: what was negated before it is not negated behind it.
pub(crate) fn turns_statement(word: &str) -> bool {
    TURNS.contains(&word)
}

/// Whether a word is a bare "no".
pub(crate) fn is_no(word: &str) -> bool {
    NO.contains(&word)
}

const NO: [&str; 3] = ["לא", "no", "nope"];
const NEGATIONS: [&str; 37] = [
    "לא",
    "אל",
    "בלי",
    "ללא",
    "אינ",
    "ולא",
    "שלא",
    "не",
    "لا",
    "مش",
    "not",
    "no",
    "dont",
    "never",
    "without",
    "doesnt",
    "didnt",
    "wont",
    "cant",
    "isnt",
    "אינני",
    "איני",
    "אינו",
    "אינה",
    "אפ",
    "nope",
    "arent",
    "wasnt",
    "werent",
    "cannot",
    "couldnt",
    "wouldnt",
    "shouldnt",
    "neither",
    "nor",
    "нет",
    "ليس",
];
const TURNS: [&str; 8] = ["אבל", "אלא", "אכ", "but", "rather", "instead", "но", "لكن"];
