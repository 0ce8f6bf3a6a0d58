#!/usr/bin/env bash
# humanize 4.17.0 (PyPI): how long until the appointment, in Russian, Arabic and Hebrew, is said as nobody says it. In Russian
# the minute of "in 21 minutes" stands in the nominative, where it wants the accusative. Arabic has a form of its own for two,
# which holds the number: humanize writes "2 two-hours". In Hebrew a thing to come is "after 2 hours", which is said of what
# follows something else, and the dual of hours and days, which Hebrew has too, is not known. CLDR has each of them, the dual of
# Hebrew as well (https://www.unicode.org/cldr/charts/latest/by_type/date_&_time.fields.html), and humanize sets its language by
# activate() and describes it as localised (https://humanize.readthedocs.io/en/latest/#localization). Babel 2.18.0 (PyPI) says
# each as CLDR does.
# Seen: the table below: language, humanize, Babel. Ours leaves such words to the model.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install humanize==4.17.0 babel==2.18.0
cat > "$work/probe.py" <<'EOF'
from datetime import UTC, datetime, timedelta

import humanize
from babel.dates import format_timedelta

now = datetime(2026, 7, 15, 12, tzinfo=UTC)
for language, locale in (("en", None), ("ru", "ru_RU"), ("ar", "ar"), ("he", "he_IL")):
    humanize.activate(locale)
    for ahead in (timedelta(minutes=21), timedelta(hours=2), timedelta(days=2)):
        said = humanize.naturaltime(now + ahead, when=now)
        print(language, said, format_timedelta(ahead, add_direction=True, locale=language), sep=" | ")
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'en | 21 minutes from now | in 21 minutes
en | 2 hours from now | in 2 hours
en | 2 days from now | in 2 days
ru | через 21 минута | через 21 минуту
ru | через 2 часа | через 2 часа
ru | через 2 дня | через 2 дня
ar | 21 دقيقة من الآن | خلال 21 دقيقة
ar | 2 ساعتين من الآن | خلال ساعتين
ar | 2 يومين من الآن | خلال يومين
he | אחרי ‏21 דקות | בעוד 21 דקות
he | אחרי ‏2 שעות | בעוד שעתיים
he | אחרי ‏2 ימים | בעוד יומיים' ] || { echo 'changed: a time is said otherwise'; exit 1; }
