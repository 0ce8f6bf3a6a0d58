//! Models write Markdown whatever they are told; WhatsApp has
//! [marks of its own](https://faq.whatsapp.com/539178204879377): `*bold*`, `~struck~`, and no headings or links with a text.
//! What is not surely Markdown stays as it is.

/// An answer with WhatsApp's marks instead of Markdown's; what stands between ``` stays.
pub(crate) fn for_whatsapp(text: &str) -> String {
    let mut in_code = false;
    let lines = text.split('\n').filter_map(|line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        if in_code || is_fence { Some(line.to_owned()) } else { of_line(line) }
    });
    without_half_pairs(&lines.collect::<Vec<_>>().join("\n"))
}

/// None where the line only draws a table.
fn of_line(line: &str) -> Option<String> {
    let line = match cells(line) {
        Some(cells) if cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | ' '))) => return None,
        Some(cells) => cells.join(" | "),
        None => line.to_owned(),
    };
    let hashes = line.trim_start().trim_start_matches('#');
    let level = line.trim_start().len() - hashes.len();
    if (1..=6).contains(&level) && hashes.starts_with(' ') {
        let heading = hashes.trim().trim_end_matches('#').trim_end().replace("**", "");
        return Some(if heading.is_empty() { String::new() } else { format!("*{}*", with_links(&heading)) });
    }
    // Last what are WhatsApp's own marks, which the model may have set where they are not heeded.
    let marks = [("***", "*"), ("**", "*"), ("__", "*"), ("~~", "~"), ("*", "*")];
    Some(marks.into_iter().fold(with_links(&line), |line, (markdown, ours)| replaced(&line, markdown, ours)))
}

/// What stands between the bars of a table's row.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inside.split('|').map(str::trim).collect::<Vec<_>>()).filter(|cells| cells.len() > 1)
}

/// Every pair of marks with something between them that neither begins nor ends with a space. Where a letter stands
/// right outside (`ב**שישי**`), WhatsApp would show its own marks as they are: there it goes without.
fn replaced(line: &str, markdown: &str, ours: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(markdown) {
        out.push_str(before);
        let pair = after.split_once(markdown).filter(|(inside, _)| !inside.is_empty() && inside.trim() == *inside);
        // Of more marks than belong to it, the last ones close.
        let pair = pair.map(|(inside, behind)| match behind.strip_prefix('*').filter(|_| inside.starts_with('*')) {
            Some(behind) => (inside.trim_start_matches('*'), behind),
            None => (inside, behind),
        });
        match pair.map(|pair| (pair, outside(&out, pair.0, pair.1))) {
            Some(((inside, behind), Outside::Nothing)) => {
                out.extend([ours, inside, ours]);
                rest = behind;
            }
            // On both sides of a single one it is no mark: "a*b*c".
            Some(((inside, behind), Outside::Letters { both: true })) if markdown == "*" => {
                out.extend([ours, inside, ours]);
                rest = behind;
            }
            Some(((inside, behind), Outside::Letters { .. })) if markdown.starts_with('*') => {
                out.push_str(inside);
                rest = behind;
            }
            // What is struck must not read as if it counted.
            Some(((inside, behind), Outside::Letters { .. })) if markdown == "~~" => {
                let apart = |is_letter: bool| if is_letter { " " } else { "" };
                let (left, right) = (out.ends_with(char::is_alphanumeric), behind.starts_with(char::is_alphanumeric));
                out.extend([apart(left), ours, inside, ours, apart(right)]);
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

/// What stands right outside a pair of marks.
enum Outside {
    Nothing,
    Letters {
        both: bool,
    },
    /// Figures outside and inside: `2**3**4`.
    Sum,
}

fn outside(before: &str, inside: &str, behind: &str) -> Outside {
    let (left, right) = (before.chars().next_back(), behind.chars().next());
    let is = |c: Option<char>, kind: fn(char) -> bool| c.is_some_and(kind);
    let digits = [left, inside.chars().next(), inside.chars().next_back(), right];
    if digits.iter().all(|c| is(*c, |c| c.is_ascii_digit())) {
        Outside::Sum
    } else {
        match (is(left, char::is_alphanumeric), is(right, char::is_alphanumeric)) {
            (false, false) => Outside::Nothing,
            (left, right) => Outside::Letters { both: left && right },
        }
    }
}

/// Without the `**` that open in one line and close in another, or nowhere: WhatsApp has no bold over several lines.
fn without_half_pairs(text: &str) -> String {
    let mut half: Vec<usize> = Vec::new();
    let (mut open, mut in_code, mut at) = (None, false, 0);
    for line in text.split_inclusive('\n') {
        in_code ^= line.trim_start().starts_with("```");
        for (place, _) in line.match_indices("**").filter(|_| !in_code) {
            let (before, behind) = line.split_at(place);
            let behind = behind.trim_start_matches('*');
            let is_pair = line.len() == before.len() + 2 + behind.len() && !before.ends_with('*');
            let leans_right = before.ends_with(|c: char| !c.is_alphanumeric()) || before.is_empty();
            match (open, leans_right && !behind.starts_with(char::is_whitespace) && !behind.is_empty()) {
                _ if !is_pair => {}
                (None, true) => open = Some(at + place),
                (Some(opened), false) if !before.ends_with(char::is_whitespace) => {
                    half.extend([opened, at + place]);
                    open = None;
                }
                // The mark of a footnote.
                (None, false) => return text.to_owned(),
                _ => {}
            }
        }
        at += line.len();
    }
    half.extend(open);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for place in half {
        out.push_str(text.get(from..place).unwrap_or_default());
        from = place + 2;
    }
    out + text.get(from..).unwrap_or_default()
}

/// `[text](address)` as `text (address)`, as the address alone where both are one, and as the text alone where the
/// address leads nowhere.
fn with_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        match link(after) {
            Some((text, address, behind)) => {
                out.push_str(before.strip_suffix('!').unwrap_or(before));
                if leads_nowhere(address) {
                    out.push_str(text);
                } else if text.is_empty() || is_same(text, address) {
                    out.push_str(address.trim_start_matches("tel:").trim_start_matches("mailto:"));
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
    // A title may stand behind the address.
    let (address, title) = address.trim().split_once(char::is_whitespace).unwrap_or((address.trim(), "\"\""));
    let address = address.strip_prefix('<').and_then(|address| address.strip_suffix('>')).unwrap_or(address);
    let is_title = title.trim_start().starts_with(['"', '\'', '“', '(']);
    (is_address(address) && is_title && !text.contains('[')).then_some((text, address, behind))
}

fn is_address(address: &str) -> bool {
    let schemes = ["https://", "http://", "mailto:", "tel:", "sms:", "whatsapp:", "geo:"];
    schemes.iter().any(|scheme| address.starts_with(scheme)) || leads_nowhere(address) || is_host(address)
}

/// A place on a page that the customer is not on.
fn leads_nowhere(address: &str) -> bool {
    address.starts_with(['#', '/'])
}

/// `www.example.com/menu`, `דוגמה.co.il`
fn is_host(address: &str) -> bool {
    let host = address.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_top = |label: &str| label.chars().count() >= 2 && label.chars().all(char::is_alphabetic);
    host.rsplit_once('.').is_some_and(|(names, top)| is_top(top) && names.split('.').all(is_label))
}

/// Whether text and address say the same: `050-1234567` and `tel:+0501234567` do.
fn is_same(text: &str, address: &str) -> bool {
    if let Some(number) = address.strip_prefix("tel:") {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        return digits(text) == digits(number);
    }
    let bare = |text: &str| {
        let schemes = ["https://", "http://", "mailto:"];
        let text = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
        text.trim_end_matches('/').to_lowercase()
    };
    bare(text) == bare(address)
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
            ("נתראה ב**יום שישי** ב-10", "נתראה ביום שישי ב-10"),
            ("נתראה ב*יום שישי* ב-10", "נתראה ביום שישי ב-10"),
            ("**מחיר:**80", "מחיר:80"),
            ("**מחיר:** 80, **צבע**: 250", "*מחיר:* 80, *צבע*: 250"),
            ("ה**ראשון** וה**שני**.", "הראשון והשני."),
            ("***חשוב***, **מאוד**", "*חשוב*, *מאוד*"),
            ("**שורה\nועוד שורה**.", "שורה\nועוד שורה."),
            ("**מחירון: תספורת ב-80.", "מחירון: תספורת ב-80."),
            ("* **תספורת**: 80", "* *תספורת*: 80"),
            ("ב~~100~~80 שקל", "ב ~100~ 80 שקל"),
            ("| שירות | מחיר |\n|:---|---:|\n| **תספורת** | 80 |", "שירות | מחיר\n*תספורת* | 80"),
            ("[תפריט](www.example.com/menu)", "תפריט (www.example.com/menu)"),
            ("[תפריט](example.co.il)", "תפריט (example.co.il)"),
            ("[כאן](wa.me/972555000001?text=hi)", "כאן (wa.me/972555000001?text=hi)"),
            ("[כאן](https://example.com \"לתפריט\")", "כאן (https://example.com)"),
            ("[כאן](<https://example.com>)", "כאן (https://example.com)"),
            ("[example.com](https://example.com/)", "https://example.com/"),
            ("[055-500-0001](tel:0555000001)", "0555000001"),
            ("[info@example.com](mailto:info@example.com)", "info@example.com"),
            ("ראו [מחירון](#prices)", "ראו מחירון"),
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
            "2**3**4",
            "5*3*2, a*b*c",
            "העברה לכרטיס ****1234",
            "המחיר 80** בלבד\n**לא כולל מע\"מ",
            "a [note](etc.)",
            "| רק קו",
            "",
        ] {
            assert_eq!(for_whatsapp(text), text);
        }
    }
}
