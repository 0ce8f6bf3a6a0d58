//! What stands in braces in a mapping: `{customer.phone}`; `{data.ended_at:ms}`, a time in milliseconds since 1970;
//! `{customer.summary:html}`, a text as HTML; `{person:int}`, alone in its text, a number; `{city|customer.values.city|'nowhere'}`, the first that is there.

use jiff::Timestamp;
use serde_json::Value;

/// A part of a template.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    /// As it stands.
    Text(&'a str),
    /// The first of these that is there.
    Placeholder(Vec<Source<'a>>),
}

/// Where a text comes from.
#[derive(Debug, PartialEq, Eq)]
enum Source<'a> {
    /// It stands in the template.
    Literal(&'a str),
    /// From this place, in this form.
    Place { path: &'a str, form: Form },
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As it is.
    Plain,
    /// `:ms`: a time, in milliseconds since 1970.
    Ms,
    /// `:html`: for what is read as HTML, which shows it as it is, line by line.
    Html,
    /// `:int`: a whole number; a text of nothing else becomes one in a body.
    Int,
}

/// What stands behind a place for each form but the plain one.
const FORMS: [(&str, Form); 3] = [(":ms", Form::Ms), (":html", Form::Html), (":int", Form::Int)];

/// The parts of a template; none where a brace is not closed.
fn parts(template: &str) -> Option<Vec<Part<'_>>> {
    let (mut parts, mut rest) = (Vec::new(), template);
    while let Some((text, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}')?;
        parts.push(Part::Text(text));
        parts.push(Part::Placeholder(inside.split('|').map(source).collect()));
        rest = after;
    }
    parts.push(Part::Text(rest));
    Some(parts)
}

fn source(text: &str) -> Source<'_> {
    if let Some(literal) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return Source::Literal(literal);
    }
    let formed = FORMS.iter().find_map(|(mark, form)| Some((text.strip_suffix(*mark)?, *form)));
    let (path, form) = formed.unwrap_or((text, Form::Plain));
    Source::Place { path, form }
}

/// The places a template names; none where a brace is not closed.
pub(super) fn places(template: &str) -> Option<Vec<&str>> {
    let mut places = Vec::new();
    for part in parts(template)? {
        if let Part::Placeholder(sources) = part {
            places.extend(sources.iter().filter_map(|source| match source {
                Source::Place { path, .. } => Some(*path),
                Source::Literal(_) => None,
            }));
        }
    }
    Some(places)
}

/// What stands at a place, such as `customer.values.name`. An empty text is none, and so is what is not one value.
pub(super) fn at(path: &str, known: &Value) -> Option<String> {
    one_value(path.split('.').try_fold(known, |place, step| place.get(step))?)
}

/// What is one value, as a text; an empty one is none.
pub(super) fn one_value(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is_so) => is_so.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// A template with what is known; none where something in it is not known.
pub(super) fn render(template: &str, known: &Value) -> Option<String> {
    let mut rendered = String::new();
    for part in parts(template)? {
        match part {
            Part::Text(text) => rendered.push_str(text),
            Part::Placeholder(sources) => rendered.push_str(&sources.iter().find_map(|source| text(source, known))?),
        }
    }
    Some(rendered)
}

fn text(source: &Source<'_>, known: &Value) -> Option<String> {
    match source {
        Source::Literal(literal) => Some((*literal).to_owned()),
        Source::Place { path, form: Form::Plain } => at(path, known),
        Source::Place { path, form: Form::Ms } => {
            let time: Timestamp = at(path, known)?.parse().ok()?;
            Some(time.as_millisecond().to_string())
        }
        Source::Place { path, form: Form::Html } => at(path, known).as_deref().map(html),
        Source::Place { path, form: Form::Int } => at(path, known).filter(|text| text.parse::<i64>().is_ok()),
    }
}

/// A text as HTML: nothing in it is a tag, a link or the end of an attribute, and its lines stay lines
/// (<https://html.spec.whatwg.org/multipage/syntax.html#syntax-text>).
fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.replace("\r\n", "\n").chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("<br>"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Whether a template is one number and nothing else.
fn is_number(template: &str) -> bool {
    let is_whole = |source: &Source<'_>| matches!(source, Source::Place { form: Form::Int, .. });
    matches!(parts(template).as_deref(), Some([Part::Text(""), Part::Placeholder(of), Part::Text("")]) if of.iter().all(is_whole))
}

/// A body whose texts are templates: what is not known is left out, as a member or an item. A text stays one text,
/// whatever it holds.
pub(super) fn fill(body: &Value, known: &Value) -> Option<Value> {
    Some(match body {
        Value::String(text) if is_number(text) => Value::from(render(text, known)?.parse::<i64>().ok()?),
        Value::String(text) => Value::String(render(text, known)?),
        Value::Array(items) => items.iter().filter_map(|item| fill(item, known)).collect(),
        Value::Object(members) => {
            let filled = members.iter().filter_map(|(name, member)| Some((name.clone(), fill(member, known)?)));
            Value::Object(filled.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => body.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_takes_the_first_that_is_there() {
        let known = json!({"data": {"ended_at": "2026-09-21T14:13:20Z", "many": [1], "none": null, "empty": ""},
            "customer": {"values": {"name": "דנה \"}{"}}, "city": "עכו", "n": 7,
            "tags": "<a href='x'>1 & \"2\"</a>\r\n3\n"});
        let table = [
            ("as it stands", Some("as it stands")),
            ("{customer.values.name}", Some("דנה \"}{")),
            ("a {n} b {city}", Some("a 7 b עכו")),
            ("{data.ended_at:ms}", Some("1790000000000")),
            ("{data.none|data.empty|data.many|'nobody'}", Some("nobody")),
            ("{city:ms}", None),
            ("{tags:html}", Some("&lt;a href=&#39;x&#39;&gt;1 &amp; &quot;2&quot;&lt;/a&gt;<br>3<br>")),
            ("{data.none:html|'<br>'}", Some("<br>")),
            ("{customer.values}", None),
            ("x{customer.phone}", None),
            ("{city", None),
        ];
        for (template, expected) in table {
            assert_eq!(render(template, &known).as_deref(), expected, "{template}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_out_and_what_is_known_stays_one_text() {
        let body = json!({"a": "{x}", "b": ["{x}", "{y}", 3], "c": {"d": "{x}"}, "e": "{y}", "f": "{n:int}", "g": "n{n:int}",
            "h": "{y:int}"});
        let known = json!({"y": "\",\"id\":\"1", "n": "7"});
        let filled = json!({"b": ["\",\"id\":\"1", 3], "c": {}, "e": "\",\"id\":\"1", "f": 7, "g": "n7"});
        assert_eq!(fill(&body, &known), Some(filled));
    }
}
