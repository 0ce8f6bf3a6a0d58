#!/usr/bin/env bash
# phonenumber 0.3.10 (crates.io): a number in international form loses a digit if it begins, behind the country code, with the
# trunk prefix of the default country, which has nothing to do with it: an Italian or Ivorian number read with Israel as the
# default loses its 0, an international freephone number read with the United States its 1. What comes back is another
# number, without an error. In Italy and the Ivory Coast the 0 is part of the number, and international freephone numbers are
# eight digits behind 800 (national plans by ITU-T E.164: https://www.itu.int/oth/T0202.aspx?parent=T0202, and
# https://www.itu.int/rec/T-REC-E.169.1). Google's libphonenumber, which the crate follows, reads the default country only
# where a number has no country code (`parse` in https://github.com/google/libphonenumber/blob/master/java/libphonenumber/src/com/google/i18n/phonenumbers/PhoneNumberUtil.java).
# The same crate without a default and phonenumbers 9.0.43 (PyPI, made of the same data) with it keep every digit.
# Seen: the table below. Ours reads numbers by a table of its own (shared/protocol/src/model/phone/codes.tsv).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install phonenumbers==9.0.43
cat > "$work/probe.py" <<'EOF'
import phonenumbers

for number, country in [("+390612345678", "IL"), ("+2250707123456", "IL"), ("+80012345678", "US")]:
    parsed = phonenumbers.parse(number, country)
    print("phonenumbers", number, country, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
EOF
mkdir "$work/src"
cat > "$work/Cargo.toml" <<'EOF'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
phonenumber = "=0.3.10"
EOF
cat > "$work/src/main.rs" <<'EOF'
use phonenumber::country::Id;
use phonenumber::Mode;

fn main() {
    for (number, country) in [("+390612345678", Id::IL), ("+2250707123456", Id::IL), ("+80012345678", Id::US)] {
        let with = phonenumber::parse(Some(country), number).unwrap();
        let without = phonenumber::parse(None, number).unwrap();
        let [with, without] = [with, without].map(|parsed| parsed.format().mode(Mode::E164).to_string());
        println!("phonenumber {number} {country:?} {with}, without {without}");
    }
}
EOF
cd "$work"
seen=$(cargo run -q && venv/bin/python probe.py)
echo "$seen"
[ "$seen" = 'phonenumber +390612345678 IL +39612345678, without +390612345678
phonenumber +2250707123456 IL +225707123456, without +2250707123456
phonenumber +80012345678 US +8002345678, without +80012345678
phonenumbers +390612345678 IL +390612345678
phonenumbers +2250707123456 IL +2250707123456
phonenumbers +80012345678 US +80012345678' ] || { echo 'changed: a digit is read otherwise'; exit 1; }
