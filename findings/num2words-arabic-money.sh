#!/usr/bin/env bash
# num2words 0.5.14 (PyPI): amounts in words are other amounts, or of another currency. Arabic calls every currency that it
# does not know riyals and halalas: dollars, shekels, Jordan's dinars, of which each is worth five riyals; English answers
# NotImplementedError to one that it does not know. What Arabic says of a plain number depends on the currency that was
# asked for last, by whomever in the process: 1.5 is "one, fifty" at first and "one, five hundred" behind an amount from
# Tunisia. And a dinar and a half of Kuwait is a dinar and fifty fils, in Arabic, Spanish, Catalan and Ukrainian, a tenth of
# the half: it has 1000 fils, as those of Bahrain and Tunisia have three decimals
# (ISO 4217: https://www.iso.org/iso-4217-currency-codes.html). Of the three Arabic has Tunisia's alone right. Nothing warns.
# (`to="currency"`: https://github.com/savoirfairelinux/num2words#usage.) A voice that tells a customer the price says
# what such a library wrote.
# Seen: the table below: language, amount, currency, words. Ours puts no amounts into words.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install num2words==0.5.14 docopt==0.6.2
cat > "$work/probe.py" <<'EOF'
from num2words import num2words


def money(language, currency):
    try:
        words = num2words(1.5, lang=language, to="currency", currency=currency)
    except NotImplementedError:
        words = "NotImplementedError"
    print(f"{language} 1.5 {currency}: {words}")


def plain(when):
    print(f"ar 1.5 {when}:", " ".join(num2words(1.5, lang="ar").split()))


plain("at first")
money("ar", "TND")
plain("behind TND")
money("ar", "KWD")
plain("behind KWD")
for currency in ("JOD", "USD", "ILS"):
    money("ar", currency)
for language in ("es", "ca", "uk"):
    for currency in ("KWD", "BHD", "TND"):
        money(language, currency)
money("en", "KWD")
EOF
cat > "$work/table" <<'EOF'
ar 1.5 at first: واحد , خمسون
ar 1.5 TND: واحد دينار و خمسمائة مليماً
ar 1.5 behind TND: واحد , خمسمائة
ar 1.5 KWD: واحد دينار و خمسون فلس
ar 1.5 behind KWD: واحد , خمسون
ar 1.5 JOD: واحد ريال و خمسون هللة
ar 1.5 USD: واحد ريال و خمسون هللة
ar 1.5 ILS: واحد ريال و خمسون هللة
es 1.5 KWD: un dinar con cincuenta fils
es 1.5 BHD: un dinar con cincuenta fils
es 1.5 TND: un dinar con cincuenta milésimos
ca 1.5 KWD: un dinar amb cinquanta fils
ca 1.5 BHD: un dinar amb cinquanta fulūs
ca 1.5 TND: un dinar amb cinquanta mil·limat
uk 1.5 KWD: один динар, п'ятдесят філсів
uk 1.5 BHD: один динар, п'ятдесят філсів
uk 1.5 TND: один динар, п'ятдесят міллімів
en 1.5 KWD: NotImplementedError
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = "$(cat "$work/table")" ] || { echo 'changed: amounts are put into words otherwise'; exit 1; }
