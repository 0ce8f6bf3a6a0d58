#!/usr/bin/env bash
# text2num 3.1.0 (PyPI): of two hundreds in a row, as telephone numbers are said, digits change. "Seven seven hundred nine
# hundred one two three" is 7 700 900 123; what is written is 7 709 101 2 3: the second hundred lends its nine to the first and
# leaves a hundred of its own behind. "Five hundred six hundred" becomes 506 and 100, "three thousand four thousand" 3004 and
# 1000, and French the same. No voice says 709 with "nine hundred", nor 101 with "hundred one two three" alone. Two hundreds
# cannot be one number: the package itself answers ValueError where a text has to be a single number, and it promises to find
# each number of a stream of words (https://github.com/allo-media/text2num#readme). With a comma or a word between them, and in
# Spanish, German and Italian, where a hundred is one word, both are found. Its README names speech-to-text, and a transcript
# has commas by luck.
# Seen: the table below: language, words, and what is made of them. Ours leaves the words of a transcript as they are.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install text2num==3.1.0
cat > "$work/probe.py" <<'EOF'
from text_to_num import alpha2digit, text2num

for language, words in (
    ("en", "zero seven seven hundred nine hundred one two three"),
    ("en", "zero seven, seven hundred, nine hundred, one two three"),
    ("en", "room one hundred two hundred"),
    ("en", "five hundred six hundred"),
    ("en", "five hundred or six hundred"),
    ("en", "three thousand four thousand"),
    ("en", "twenty thirty"),
    ("fr", "sept cent neuf cent"),
    ("fr", "vingt trente"),
    ("es", "setecientos novecientos"),
    ("de", "siebenhundert neunhundert"),
    ("it", "settecento novecento"),
):
    print(language, words, alpha2digit(words, language), sep=" | ")
try:
    print(text2num("five hundred six hundred", "en"))
except ValueError:
    print("as one number: ValueError")
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'en | zero seven seven hundred nine hundred one two three | 07 709 101 2 3
en | zero seven, seven hundred, nine hundred, one two three | 07, 700, 900, 1 2 3
en | room one hundred two hundred | room 102 100
en | five hundred six hundred | 506 100
en | five hundred or six hundred | 500 or 600
en | three thousand four thousand | 3004 1000
en | twenty thirty | 20 30
fr | sept cent neuf cent | 709 100
fr | vingt trente | 20 30
es | setecientos novecientos | 700 900
de | siebenhundert neunhundert | 700 900
it | settecento novecento | 700 900
as one number: ValueError' ] || { echo 'changed: numbers are told apart otherwise'; exit 1; }
