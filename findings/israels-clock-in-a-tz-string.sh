#!/usr/bin/env bash
# dateutil 2.9.0.post0 (PyPI) and chrono 0.4.45 (crates.io): Israel's clock, given as the text that a system takes in TZ, is
# another one. "IST-2IDT,M3.4.4/26,M10.5.0" says that summer time begins 26 hours into the fourth Thursday of March, which is
# Friday at two. To chrono the whole text is none, and the local time is UTC, without a word. dateutil's tzstr begins a day
# early, on Thursday, and in 2029, where the Thursday is the 22nd, six days late; and Lebanon's summer, which ends at midnight
# between Saturday and Sunday, ends a day late with it. Hours up to 167 are in POSIX
# (https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_03) and in the files of the time zone
# database, of which Israel's ends with this very text (https://www.rfc-editor.org/rfc/rfc9636#section-3.3.1); dateutil
# says that tzstr takes what a TZ variable would hold (https://dateutil.readthedocs.io/en/stable/tz.html#dateutil.tz.tzstr).
# jiff 0.2.46 (crates.io) and the C library have every hour right. Devices, routers and containers without the database are
# told their zone so.
# Seen: the table below: TZ, then each noon with the hours ahead of UTC by the C library, jiff, chrono and dateutil. Ours asks
# jiff for zones by their names.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install python-dateutil==2.9.0.post0
mkdir "$work/src"
cat > "$work/Cargo.toml" <<'EOF'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
chrono = { version = "=0.4.45", default-features = false, features = ["clock"] }
jiff = { version = "=0.2.46", default-features = false, features = ["std"] }
EOF
cat > "$work/src/main.rs" <<'EOF'
use chrono::{Local, Offset, TimeZone};

fn main() {
    let zone = jiff::tz::TimeZone::posix(&std::env::var("TZ").unwrap()).unwrap();
    for day in std::env::args().skip(1) {
        let date: jiff::civil::Date = day.parse().unwrap();
        let jiff = date.at(12, 0, 0, 0).to_zoned(zone.clone()).unwrap().offset().seconds() / 3600;
        let (year, month, day) = (date.year().into(), date.month().unsigned_abs().into(), date.day().unsigned_abs().into());
        let noon = Local.with_ymd_and_hms(year, month, day, 12, 0, 0).unwrap();
        println!("{jiff} {}", noon.offset().fix().local_minus_utc() / 3600);
    }
}
EOF
cat > "$work/probe.py" <<'EOF'
import os
import subprocess
import time
from datetime import datetime

from dateutil.tz import tzstr

for name, text, days in (
    ("Israel", "IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26 2026-03-27 2026-07-01 2029-03-22 2029-03-23 2029-03-28 2029-03-29"),
    ("Lebanon", "EET-2EEST,M3.5.0/0,M10.5.0/0", "2026-03-28 2026-03-29 2026-07-01 2026-10-24 2026-10-25 2026-10-26"),
    ("Egypt", "EET-2EEST,M4.5.5/0,M10.5.4/24", "2026-04-23 2026-04-24 2026-07-01 2026-10-29 2026-10-30"),
    ("New York", "EST5EDT,M3.2.0,M11.1.0", "2026-03-07 2026-03-08 2026-07-01 2026-10-31 2026-11-01"),
):
    days = days.split()
    env = os.environ | {"TZ": text}
    rust = subprocess.run(["target/debug/probe", *days], env=env, capture_output=True, text=True, check=True).stdout
    os.environ["TZ"] = text
    time.tzset()
    zone = tzstr(text)
    print(name, text)
    for day, line in zip(days, rust.splitlines()):
        noon = datetime.fromisoformat(day).replace(hour=12)
        libc = time.localtime(time.mktime(noon.timetuple())).tm_gmtoff // 3600
        print(" ", day, libc, line, int(noon.replace(tzinfo=zone).utcoffset().total_seconds() // 3600))
EOF
cd "$work"
cargo build -q
seen=$(venv/bin/python probe.py)
echo "$seen"
[ "$seen" = 'Israel IST-2IDT,M3.4.4/26,M10.5.0
  2026-03-26 2 2 0 3
  2026-03-27 3 3 0 3
  2026-07-01 3 3 0 3
  2029-03-22 2 2 0 2
  2029-03-23 3 3 0 2
  2029-03-28 3 3 0 2
  2029-03-29 3 3 0 3
Lebanon EET-2EEST,M3.5.0/0,M10.5.0/0
  2026-03-28 2 2 2 2
  2026-03-29 3 3 3 3
  2026-07-01 3 3 3 3
  2026-10-24 3 3 3 3
  2026-10-25 2 2 2 3
  2026-10-26 2 2 2 2
Egypt EET-2EEST,M4.5.5/0,M10.5.4/24
  2026-04-23 2 2 2 2
  2026-04-24 3 3 3 3
  2026-07-01 3 3 3 3
  2026-10-29 3 3 3 3
  2026-10-30 2 2 2 2
New York EST5EDT,M3.2.0,M11.1.0
  2026-03-07 -5 -5 -5 -5
  2026-03-08 -4 -4 -4 -4
  2026-07-01 -4 -4 -4 -4
  2026-10-31 -4 -4 -4 -4
  2026-11-01 -5 -5 -5 -5' ] || { echo 'changed: a TZ text is read otherwise'; exit 1; }
