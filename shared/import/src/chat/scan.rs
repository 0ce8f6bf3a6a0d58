//! A line, character by character, past the marks that only say in which direction it is written.

/// Whether a character only says how others are laid out: marks of direction, and the byte order mark.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    )
}

/// A text without them.
pub(crate) fn unmarked(text: &str) -> String {
    text.chars().filter(|c| !is_mark(*c)).collect()
}

/// A blank between the parts of a header. Phones write a narrow no-break one (U+202F) before AM and PM.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{00A0}' | '\u{202F}' | '\u{2009}' | '\t')
}

/// A number as written: its value, and in how many digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) value: i16,
    pub(crate) digits: u8,
}

/// The value of a digit: Western, Arabic or Persian.
fn digit(c: char) -> Option<i16> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{0660}'..='\u{0669}' => '\u{0660}',
        '\u{06F0}'..='\u{06F9}' => '\u{06F0}',
        _ => return None,
    };
    i16::try_from(u32::from(c) - u32::from(zero)).ok()
}

/// Where one is in a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(line: &'a str) -> Self {
        Self { rest: line }
    }

    /// What is not read yet, marks and all.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    fn peek(&self) -> Option<(char, &'a str)> {
        let mut chars = self.rest.chars();
        loop {
            let c = chars.next()?;
            if !is_mark(c) {
                return Some((c, chars.as_str()));
            }
        }
    }

    /// Takes a character, if it is one of these.
    pub(crate) fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let (c, rest) = self.peek().filter(|(c, _)| wanted(*c))?;
        self.rest = rest;
        Some(c)
    }

    /// Takes all blanks; whether there were any.
    pub(crate) fn blanks(&mut self) -> bool {
        let mut any = false;
        while self.take(is_blank).is_some() {
            any = true;
        }
        any
    }

    /// Takes a number of at most so many digits, and no more of them behind it.
    pub(crate) fn number(&mut self, most: u8) -> Option<Number> {
        let mut number = Number { value: 0, digits: 0 };
        while let Some((next, rest)) = self.peek().and_then(|(c, rest)| Some((digit(c)?, rest))) {
            if number.digits == most {
                return None;
            }
            number = Number { value: number.value * 10 + next, digits: number.digits + 1 };
            self.rest = rest;
        }
        (number.digits > 0).then_some(number)
    }

    /// Takes one of these words, if a blank is behind it.
    pub(crate) fn word(&mut self, words: &[&str]) -> bool {
        for word in words {
            let mut ahead = *self;
            if word.chars().all(|letter| ahead.take(|c| c == letter).is_some()) && ahead.blanks() {
                *self = ahead;
                return true;
            }
        }
        false
    }
}
