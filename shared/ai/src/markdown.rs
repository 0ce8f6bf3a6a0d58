//! Models write Markdown whatever they are told; WhatsApp has
//! [marks of its own](https://faq.whatsapp.com/539178204879377): `*bold*`, `~struck~`, and no headings or links with a text.
//! What is not surely Markdown stays as it is.

/// An answer with WhatsApp's marks instead of Markdown's; what stands between ``` stays.
pub(crate) fn for_whatsapp(text: &str) -> String {
    let mut in_code = false;
    let lines = text.split('\n').map(|line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        if in_code || is_fence { line.to_owned() } else { of_line(line) }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn of_line(line: &str) -> String {
    let hashes = line.trim_start().trim_start_matches('#');
    let level = line.trim_start().len() - hashes.len();
    if (1..=6).contains(&level) && hashes.starts_with(' ') {
        let heading = hashes.trim().trim_end_matches('#').trim_end().replace("**", "");
        return if heading.is_empty() { String::new() } else { format!("*{}*", with_links(&heading)) };
    }
    let marks = [("**", "*"), ("__", "*"), ("~~", "~")];
    marks.into_iter().fold(with_links(line), |line, (markdown, ours)| replaced(&line, markdown, ours))
}

/// Every pair of marks with something between them that neither begins nor ends with a space.
fn replaced(line: &str, markdown: &str, ours: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(markdown) {
        out.push_str(before);
        match after.split_once(markdown) {
            Some((inside, behind)) if stands_apart(before, inside, behind) => {
                out.extend([ours, inside, ours]);
                rest = behind;
            }
            _ => {
                out.push_str(markdown);
                rest = after;
            }
        }
    }
    out + rest
}

/// Whether marks belong to what is between them and not to the words outside: "file__name".
fn stands_apart(before: &str, inside: &str, behind: &str) -> bool {
    let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    !inside.is_empty()
        && inside.trim() == inside
        && outside(before.chars().next_back())
        && outside(behind.chars().next())
}

/// `[text](address)` as `text (address)`, and as the address alone where both are one.
fn with_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        match link(after) {
            Some((text, address, behind)) => {
                out.push_str(before.strip_suffix('!').unwrap_or(before));
                if text.is_empty() || text == address {
                    out.push_str(address);
                } else {
                    out.extend([text, " (", address, ")"]);
                }
                rest = behind;
            }
            None => {
                out.extend([before, "["]);
                rest = after;
            }
        }
    }
    out + rest
}

/// Text, address and what follows of a link whose `[` was read.
fn link(after: &str) -> Option<(&str, &str, &str)> {
    let (text, rest) = after.split_once("](")?;
    let (address, behind) = rest.split_once(')')?;
    let opens = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| address.starts_with(scheme));
    (opens && !text.contains('[') && !address.contains(char::is_whitespace)).then_some((text, address, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_the_marks_of_whatsapp() {
        for (markdown, ours) in [
            ("המחיר **80 ש\"ח** בלבד", "המחיר *80 ש\"ח* בלבד"),
            ("# שעות פתיחה\nא-ה 9-19", "*שעות פתיחה*\nא-ה 9-19"),
            ("### **Prices** ###", "*Prices*"),
            ("__now__ and ~~never~~", "*now* and ~never~"),
            ("[תפריט](https://example.com/menu)", "תפריט (https://example.com/menu)"),
            ("see [https://example.com](https://example.com).", "see https://example.com."),
            ("![map](https://example.com/m.png)", "map (https://example.com/m.png)"),
        ] {
            assert_eq!(for_whatsapp(markdown), ours);
        }
    }

    #[test]
    fn what_is_no_markdown_stays() {
        for text in [
            "*already bold* _and_ ~this~",
            "2 ** 3 ** 4",
            "#1 in town",
            "[הזמנה מהקטלוג] (2 פריטים)",
            "a [note](not a link)",
            "* one\n* two\n- three",
            "```\n**code** [x](https://example.com)\n```",
            "file__name and other__name",
            "",
        ] {
            assert_eq!(for_whatsapp(text), text);
        }
    }
}
