//! Text made safe to keep: one line, nothing hidden in it, no mark-up.

use super::fold::is_invisible;
use unicode_normalization::UnicodeNormalization;

/// One line without control characters, invisible characters and mark-up. Cleaning twice changes nothing more.
pub(crate) fn clean_line(raw: &str) -> String {
    let mut line = one_line(raw);
    loop {
        let next = one_line(&without_markup(&line));
        if next == line {
            return line;
        }
        line = next;
    }
}

fn one_line(raw: &str) -> String {
    let mut line = String::with_capacity(raw.len());
    for c in raw.nfc().filter(|c| !is_invisible(*c)) {
        if !c.is_whitespace() && !c.is_control() {
            line.push(c);
        } else if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line.truncate(line.trim_end().len());
    line
}

fn without_markup(line: &str) -> String {
    let text = without_links(&without_tags(line));
    let mut text = text.replace('`', "");
    for mark in ["**", "__", "~~"] {
        text = text.replace(mark, "");
    }
    without_bullet(&text).to_owned()
}

/// Drops `# `, `> `, `- `, `* ` and `• ` from the beginning of a line.
fn without_bullet(line: &str) -> &str {
    let line = line.trim_start();
    let rest = line.trim_start_matches(['#', '>', '-', '*', '•', '–']);
    if rest.len() < line.len() && rest.starts_with(' ') { rest.trim_start() } else { line }
}

/// Replaces `<b>`, `</b>`, `<!-- -->` by a space; leaves `<3` and `a < b` alone.
fn without_tags(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let opens = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match after.split_once('>') {
            Some((_, behind)) if opens => {
                out.push(' ');
                rest = behind;
            }
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Replaces `[label](address)` by the label.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let link = after
            .split_once("](")
            .filter(|(label, _)| !label.contains('['))
            .and_then(|(label, address)| Some((label, address.split_once(')')?.1)));
        if let Some((label, behind)) = link {
            out.push_str(label);
            rest = behind;
        } else {
            out.push('[');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}
