#!/usr/bin/env bash
# heb-tts-normalizer 0.2.0 and hebrew-num2words 0.1.0 (PyPI) write out the digits of a Hebrew text for a voice that reads it
# to a customer. Each makes something else of what stands there, and mostly where the other has it right.
# hebrew-num2words: "24/7" is the 24th of July; opening hours with a hyphen are "nine:nought-seventeen:nought"; and of
# telephone numbers, which it reads digit by digit by its README (https://pypi.org/project/hebrew-num2words/0.1.0/), star
# numbers, international ones and those with 1-700 are read as amounts: the star stays a sign, +972-50 is "+nine hundred
# seventy-two-fifty", and the 012 at the end of a 1-700 number is twelve, so that one digit too few is heard. All three are
# Israel's (national numbering plans by ITU-T E.164: https://www.itu.int/oth/T0202.aspx?parent=T0202).
# heb-tts-normalizer: a code that begins with 0 is read as a number, so that 0482 and 482 sound alike and a customer types
# a wrong one; "1/2 an hour" becomes "1/two hours", and "on 1.1.2026" keeps both particles, "on-the-first", as no Hebrew does.
# Its README says that numbers, dates and times become words (https://github.com/thewh1teagle/heb-tts-normalizer#readme).
# Seen: the table below: text, heb-tts-normalizer, hebrew-num2words. Ours speaks to nobody: calls come as transcripts
# (shared/channels/src/calls).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install heb-tts-normalizer==0.2.0 hebrew-num2words==0.1.0
cat > "$work/probe.py" <<'EOF'
from heb_tts_normalizer import normalize
from hebrew_num2words import normalize_numbers

for text in (
    "אנחנו זמינים 24/7",
    "פתוח 9:00-17:00",
    "התקשרו *2700",
    "התקשרו +972-50-555-0123",
    "התקשרו 1-700-555-012",
    "התקשרו 050-555-0123",
    "קוד האימות 0482",
    "קוד האימות 482",
    "נשאר 1/2 שעה",
    "תור ב-1.1.2026",
):
    print(text, normalize(text), normalize_numbers(text), sep=" | ")
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'אנחנו זמינים 24/7 | אנחנו זמינים 24/7 | אנחנו זמינים עשרים וארבעה ביולי
פתוח 9:00-17:00 | פתוח תשע בבוקר-חמש בערב | פתוח תשע:אפס-שבע עשרה:אפס
התקשרו *2700 | התקשרו כוכבית שתיים שבע אפס אפס | התקשרו *אלפיים ושבע מאות
התקשרו +972-50-555-0123 | התקשרו פלוס תשע שבע שתיים חמש אפס חמש חמש חמש אפס אחת שתיים שלוש | התקשרו +תשע מאות שבעים ושתיים-חמישים-חמש מאות חמישים וחמש-מאה עשרים ושלוש
התקשרו 1-700-555-012 | התקשרו אחת שבע אפס אפס חמש חמש חמש אפס אחת שתיים | התקשרו אחד שבע מאות חמש מאות חמישים וחמש שתים עשרה
התקשרו 050-555-0123 | התקשרו אפס חמש אפס חמש חמש חמש אפס אחת שתיים שלוש | התקשרו אפס חמש אפס חמש חמש חמש אפס אחת שתיים שלוש
קוד האימות 0482 | קוד האימות ארבע מאות שמונים ושתיים | קוד האימות אפס ארבע שמונה שתיים
קוד האימות 482 | קוד האימות ארבע מאות שמונים ושתיים | קוד האימות ארבע שמונה שתיים
נשאר 1/2 שעה | נשאר 1/שתי שעות | נשאר חצי שעה
תור ב-1.1.2026 | תור בהראשון בינואר אלפיים עשרים ושש | תור באחד בינואר אלפיים עשרים ושש' ] || { echo 'changed: Hebrew digits are written out otherwise'; exit 1; }
