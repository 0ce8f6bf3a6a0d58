//! Makes the edits of all mutations in one text.

use crate::mutation::Edit;
use std::ops::Range;

/// The text of a file with these edits, each of the mutation of this name; else what is wrong with every edit that
/// cannot be made.
pub(crate) fn edited(file: &str, text: &str, edits: &[(&str, &Edit)]) -> Result<String, Vec<String>> {
    let (mut places, mut wrong) = (Vec::with_capacity(edits.len()), Vec::new());
    for (name, edit) in edits {
        match &occurrences(text, &edit.find)[..] {
            [place] => places.push((place.clone(), *name, &edit.replace)),
            found => wrong.push(not_once(name, file, &edit.find, found.len())),
        }
    }
    places.sort_by_key(|(place, ..)| place.start);
    for pair in places.windows(2) {
        if let [(first, a, _), (second, b, _)] = pair
            && first.end > second.start
        {
            wrong.push(format!(
                "mutations {a} and {b} both edit the same text of {file}: {:?}.\n  Mend it in tests/simulation/mutations: \
                 give each a `find` of its own.",
                &text[second.start..first.end.min(second.end)]
            ));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut edited = text.to_owned();
    // From the end, so that what stands before stays where it is.
    places.into_iter().rev().for_each(|(place, _, replace)| edited.replace_range(place, replace.trim()));
    Ok(edited)
}

fn not_once(name: &str, file: &str, find: &str, times: usize) -> String {
    format!(
        "mutation {name}: what it looks for stands {times} times in shared/protocol/src/{file}, and not once:\n  {}\n  \
         Mend it in tests/simulation/mutations/{name}.toml. Was the code moved or reworded: set `file` and `find` to what \
         stands there now, and `replace` to that with the same bug. Is it there twice: take more of its surroundings \
         into `find`. Is what it breaks not done any more: delete the mutation.",
        find.trim().replace('\n', "\n  ")
    )
}

/// Where `find` stands in the text. Any white space is as good as any other: where rustfmt breaks a line says nothing.
fn occurrences(text: &str, find: &str) -> Vec<Range<usize>> {
    let (text, at) = squeezed(text);
    let (find, _) = squeezed(find.trim());
    let place = |(start, found): (usize, &str)| Some(*at.get(start)?..at.get(start + found.len() - 1)? + 1);
    if find.is_empty() { Vec::new() } else { text.match_indices(&find).filter_map(place).collect() }
}

/// The text with one space for all white space in a row, and where each byte of it comes from.
fn squeezed(text: &str) -> (String, Vec<usize>) {
    let (mut squeezed, mut from) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
    for (at, char) in text.char_indices() {
        let char = if char.is_whitespace() { ' ' } else { char };
        if char != ' ' || !squeezed.ends_with(' ') {
            squeezed.push(char);
            from.extend(at..at + char.len_utf8());
        }
    }
    (squeezed, from)
}

const TEXT: &str = "fn waits(&self) -> bool {\n    self.pending > 0\n        && !self.asked\n}\n";

fn edit(find: &str, replace: &str) -> Edit {
    Edit { file: "state.rs".to_owned(), find: find.to_owned(), replace: replace.to_owned() }
}

#[test]
fn edits_of_neighbours_are_made_side_by_side_however_the_lines_are_broken() {
    let (second, first) = (edit("&& !self.asked }", "&& asked() }"), edit("\nself.pending\n  > 0\n", "\npending()\n"));
    let made = edited("state.rs", TEXT, &[("b", &second), ("a", &first)]).unwrap();
    assert_eq!(made, "fn waits(&self) -> bool {\n    pending()\n        && asked() }\n");
}

#[test]
fn an_edit_that_is_not_to_be_made_exactly_once_says_whose_it_is_and_how_to_mend_it() {
    let (none, twice, fine) = (edit("self.leased", ""), edit("self.", ""), edit("pending", "x"));
    let wrong = edited("state.rs", TEXT, &[("none", &none), ("fine", &fine), ("twice", &twice)]).unwrap_err();
    let [none, twice] = &wrong[..] else { panic!("{wrong:?}") };
    for part in ["mutation none:", "stands 0 times in shared/protocol/src/state.rs", "mutations/none.toml", "delete"] {
        assert!(none.contains(part), "{none}");
    }
    assert!(twice.contains("mutation twice:") && twice.contains("stands 2 times"), "{twice}");
}

#[test]
fn two_mutations_do_not_edit_the_same_text() {
    let (one, other) = (edit("pending > 0 && !self", "x"), edit("!self.asked", "y"));
    let wrong = edited("state.rs", TEXT, &[("one", &one), ("other", &other)]).unwrap_err();
    assert!(wrong[0].contains("mutations one and other both edit the same text of state.rs"), "{wrong:?}");
}
