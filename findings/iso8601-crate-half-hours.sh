#!/usr/bin/env bash
# iso8601 0.6.6 (crates.io): a duration with a fraction is read without it, and without the member that it belongs to. An hour
# and a half, PT1.5H, lasts no time at all, and of an hour and thirty and a half minutes the hour is left; a week and two days
# are a week. What is read is Ok each time: the reader stops at what it does not know and takes what stands before it for the
# whole. ISO 8601 lets the last member have a fraction, behind a point or a comma, and JavaScript's Temporal reads both
# (https://tc39.es/proposal-temporal/docs/duration.html); RFC 3339, whose grammar has no fraction
# (https://www.rfc-editor.org/rfc/rfc3339#appendix-A), would have it refused. The crate is described as parsing ISO 8601, and
# its durations name no such bound (https://docs.rs/iso8601/0.6.6/iso8601/fn.duration.html); a fraction of seconds it reads.
# iso8601-duration 0.2.0 and jiff 0.2.46 (crates.io) read an hour and a half, and refuse what they do not know.
# Seen: the table below: duration, and the seconds by iso8601, iso8601-duration and jiff. Ours reads times with jiff.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target
mkdir "$work/src"
cat > "$work/Cargo.toml" <<'EOF'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
iso8601 = "=0.6.6"
iso8601-duration = "=0.2.0"
jiff = { version = "=0.2.46", default-features = false, features = ["std"] }
EOF
cat > "$work/src/main.rs" <<'EOF'
use std::time::Duration;

fn main() {
    for text in ["PT90M", "PT1H30M", "P1W", "PT1.5S", "PT1.5H", "PT90.5M", "PT1H30.5M", "P1DT0.5H", "P1W2D", "PT0,5H"] {
        let first = iso8601::duration(text).map(Duration::from).ok();
        let second = iso8601_duration::Duration::parse(text).ok().and_then(|read| read.to_std());
        let third = text.parse::<jiff::Span>().ok().and_then(|span| {
            let days = jiff::SpanRelativeTo::days_are_24_hours();
            Duration::try_from(span.to_duration(days).ok()?).ok()
        });
        let say = |read: Option<Duration>| read.map_or("refused".to_owned(), |read| read.as_secs_f64().to_string());
        println!("{text}: {}, {}, {}", say(first), say(second), say(third));
    }
}
EOF
cd "$work"
seen=$(cargo run -q)
echo "$seen"
[ "$seen" = 'PT90M: 5400, 5400, 5400
PT1H30M: 5400, 5400, 5400
P1W: 604800, 604800, 604800
PT1.5S: 1.5, 1.5, 1.5
PT1.5H: 0, 5400, 5400
PT90.5M: 0, 5430, 5430
PT1H30.5M: 3600, 5430, 5430
P1DT0.5H: 86400, 88200, 88200
P1W2D: 604800, refused, 777600
PT0,5H: 0, refused, 1800' ] || { echo 'changed: a duration is read otherwise'; exit 1; }
