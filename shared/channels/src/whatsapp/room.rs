//! How much of what comes beside the words of a message is kept: as much as fits into an event and an item of the table,
//! whichever of its parts is long. What does not fit is cut where everybody sees it.

/// So many bytes of JSON all of it takes: the words beside it may have 256 KiB, an item 400 KB.
const BYTES: usize = 32 * 1024;
/// What one more text costs, whatever it says: quotation marks, a comma, brackets.
const EACH: usize = 8;
/// Stands where something was cut.
pub(super) const CUT: &str = "…";

/// What is left of it.
pub(super) struct Room {
    left: usize,
    was_full: bool,
}

impl Room {
    pub(super) fn new() -> Self {
        Self { left: BYTES, was_full: false }
    }

    /// Whether nothing more is kept.
    pub(super) fn is_full(&self) -> bool {
        self.was_full
    }

    /// As much of the text as there is room for. Line breaks stay, other control characters do not.
    pub(super) fn keep(&mut self, text: &str) -> String {
        let readable = |c: char| match c {
            '\n' => Some('\n'),
            '\t' => Some(' '),
            c => (!c.is_control()).then_some(c),
        };
        self.left = self.left.saturating_sub(EACH);
        let mut kept = String::new();
        for c in text.chars().filter_map(readable) {
            let bytes = c.len_utf8() + usize::from(matches!(c, '"' | '\\' | '\n'));
            if bytes > self.left {
                self.was_full = true;
                return if kept.is_empty() { kept } else { kept + CUT };
            }
            self.left -= bytes;
            kept.push(c);
        }
        kept
    }

    /// As many of them as there is room for. The last one is left out where nothing of it is kept.
    pub(super) fn all<T, U>(&mut self, items: impl IntoIterator<Item = T>, keep: impl Fn(&mut Self, T) -> U) -> Vec<U> {
        let mut kept = Vec::new();
        for item in items {
            if self.is_full() || self.left <= EACH {
                self.was_full = true;
                break;
            }
            kept.push(keep(self, item));
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_kept_whole_and_what_does_not_is_cut_visibly() {
        let mut room = Room::new();
        assert_eq!(room.keep("שורה\nועוד\tאחת\u{0}"), "שורה\nועוד אחת");
        let long = "א".repeat(BYTES);
        let kept = room.keep(&long);
        assert!(kept.ends_with(CUT) && kept.len() < BYTES + CUT.len() && kept.len() > BYTES - 100);
        assert_eq!((room.is_full(), room.keep("x").as_str()), (true, if room.left > EACH { "x" } else { "" }));
        let many = Room::new().all(0..BYTES, |room, _| room.keep("אב"));
        assert!(many.len() > 1_000 && many.len() < BYTES / 4);
    }
}
