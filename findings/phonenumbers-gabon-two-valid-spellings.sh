#!/usr/bin/env bash
# phonenumbers 9.0.43 (PyPI, the Python port of Google's libphonenumber): one Gabonese mobile is two valid numbers. Seven
# digits behind +241 are valid with the 0 of the old national form and without it; both are valid mobiles, both keep their
# own E.164 form, and their comparison says SHORT_NSN_MATCH, neither EXACT_MATCH nor NO_MATCH. In the same country the 0
# before eight digits is dropped while parsing. Whoever keeps customers by E.164 has two of one person.
# Seen: "+24106031234 True, +2416031234 True, SHORT_NSN_MATCH, 062345678 -> +24162345678".
# Ours reads numbers by a table of its own (shared/protocol/src/model/phone/codes.tsv).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install phonenumbers==9.0.43
cat > "$work/probe.py" <<'EOF'
import phonenumbers as p

E164 = p.PhoneNumberFormat.E164
MATCH = {getattr(p.MatchType, name): name for name in dir(p.MatchType) if name.isupper()}
one, other = p.parse("+24106031234"), p.parse("+2416031234")
shown = [f"{p.format_number(number, E164)} {p.is_valid_number(number)}" for number in (one, other)]
long = p.format_number(p.parse("062345678", "GA"), E164)
print(", ".join([*shown, MATCH[p.is_number_match(one, other)], f"062345678 -> {long}"]))
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
expected='+24106031234 True, +2416031234 True, SHORT_NSN_MATCH, 062345678 -> +24162345678'
[ "$seen" = "$expected" ] || { echo 'changed: phonenumbers reads Gabon otherwise'; exit 1; }
