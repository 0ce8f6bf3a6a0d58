//! "No", "not" and "but". A statement ("I am not from Haifa") and a request ("no, start over") share most of these
//! words, and each has some of its own.

// Words are written as `text::words` gives them: lower case, no final letters, no apostrophes. Phrases may be written
// freely.

/// Whether a word negates what a customer says of themselves.
pub(crate) fn negates_statement(word: &str) -> bool {
    NEGATIONS.contains(&word) || STATEMENT_NEGATIONS.contains(&word)
}

/// Whether a word negates what a customer asks for.
pub(crate) fn negates_request(word: &str) -> bool {
    NEGATIONS.contains(&word)
}

/// Whether a statement turns at a word: what was negated before it is not negated behind it.
pub(crate) fn turns_statement(word: &str) -> bool {
    CONTRASTS.contains(&word) || STATEMENT_TURNS.contains(&word)
}

/// Whether a request turns at a word: "no thanks let's start over" asks for it.
pub(crate) fn turns_request(word: &str) -> bool {
    CONTRASTS.contains(&word) || REQUEST_TURNS.contains(&word)
}

/// Whether a word is a bare "no".
pub(crate) fn is_no(word: &str) -> bool {
    NO.contains(&word)
}

/// Whether words are nothing but a "no", with or without thanks.
pub(crate) fn is_refusal(words: &[String]) -> bool {
    words.first().is_some_and(|first| is_no(first)) && words.iter().skip(1).all(|word| THANKS.contains(&word.as_str()))
}

const NO: [&str; 3] = ["לא", "no", "nope"];
const THANKS: [&str; 4] = ["תודה", "thanks", "thank", "you"];
/// Negate statements and requests.
const NEGATIONS: [&str; 20] = [
    "לא", "אל", "בלי", "ללא", "אינ", "ולא", "שלא", "не", "لا", "مش", "not", "no", "dont", "never", "without", "doesnt",
    "didnt", "wont", "cant", "isnt",
];
/// Negate statements only.
const STATEMENT_NEGATIONS: [&str; 17] = [
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
/// Turn statements and requests.
const CONTRASTS: [&str; 4] = ["אבל", "אלא", "but", "rather"];
/// Turn statements only.
const STATEMENT_TURNS: [&str; 4] = ["אכ", "instead", "но", "لكن"];
/// Turn requests only: what comes behind these is wished for.
const REQUEST_TURNS: [&str; 17] = [
    "תודה",
    "בוא",
    "בואי",
    "בואו",
    "רק",
    "כנ",
    "בבקשה",
    "עדיפ",
    "נמשיכ",
    "להמשיכ",
    "ממשיכימ",
    "lets",
    "please",
    "thanks",
    "yes",
    "continue",
    "and",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_and_requests_keep_the_words_of_their_own() {
        let statement = [
            "לא",
            "ולא",
            "שלא",
            "אל",
            "אינ",
            "אינני",
            "איני",
            "אינו",
            "אינה",
            "בלי",
            "ללא",
            "אפ",
            "not",
            "no",
            "nope",
            "never",
            "dont",
            "doesnt",
            "didnt",
            "isnt",
            "arent",
            "wasnt",
            "werent",
            "cant",
            "cannot",
            "couldnt",
            "wont",
            "wouldnt",
            "shouldnt",
            "without",
            "neither",
            "nor",
            "не",
            "нет",
            "لا",
            "مش",
            "ليس",
        ];
        let request = [
            "לא", "אל", "בלי", "ללא", "אינ", "ולא", "שלא", "не", "لا", "مش", "not", "no", "dont", "never", "without",
            "doesnt", "didnt", "wont", "cant", "isnt",
        ];
        let known = || NEGATIONS.iter().chain(&STATEMENT_NEGATIONS);
        assert!(statement.iter().all(|word| negates_statement(word)));
        assert_eq!(known().filter(|word| negates_statement(word)).count(), statement.len());
        assert!(request.iter().all(|word| negates_request(word)));
        assert_eq!(known().filter(|word| negates_request(word)).count(), request.len());
        let statement = ["אבל", "אלא", "אכ", "but", "rather", "instead", "но", "لكن"];
        let request = [
            "תודה",
            "בוא",
            "בואי",
            "בואו",
            "אבל",
            "אלא",
            "רק",
            "כנ",
            "בבקשה",
            "עדיפ",
            "נמשיכ",
            "להמשיכ",
            "ממשיכימ",
            "but",
            "rather",
            "lets",
            "please",
            "thanks",
            "yes",
            "continue",
            "and",
        ];
        let known = || CONTRASTS.iter().chain(&STATEMENT_TURNS).chain(&REQUEST_TURNS);
        assert!(statement.iter().all(|word| turns_statement(word)));
        assert_eq!(known().filter(|word| turns_statement(word)).count(), statement.len());
        assert!(request.iter().all(|word| turns_request(word)));
        assert_eq!(known().filter(|word| turns_request(word)).count(), request.len());
    }
}
