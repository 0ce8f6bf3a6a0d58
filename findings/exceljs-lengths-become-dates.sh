#!/usr/bin/env bash
# exceljs 4.4.0 (npm): a number that is shown with a unit behind it is read as a date. 45 with the format `0\d`, 45 days, is a
# day of February 1900, and so are metres, hours, millilitres and an amount whose currency has a d, an h or an m in it. In a
# number format a backslash has the next character shown as it is, and an underscore leaves room as wide as the next
# character (ECMA-376, part 1, section 18.8.31: https://ecma-international.org/publications-and-standards/standards/ecma-376/);
# neither is a part of a date. In quotation marks the same letters are left alone. No error is raised, and the number is to be
# had only by counting back. openpyxl 3.1.5 and python-calamine 0.9.1 (PyPI) and xlsx 0.18.5 (npm) read numbers as numbers.
# Exports of a CRM and price lists that a business hands over are such sheets.
# Seen: the table below: format, exceljs, xlsx, openpyxl, calamine. Ours reads no sheets.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install openpyxl==3.1.5 python-calamine==0.9.1
cat > "$work/probe.py" <<'EOF'
import json
import subprocess

import openpyxl
from python_calamine import CalamineWorkbook

FORMATS = [
    "0", r"0\d", r"0\ \h", r"0.0\ \m", r"0\ \m\l", r"#,##0.00\ \d\h", r"#,##0.00_d", '0"d"', '#,##0.00 "dh"', r"#,##0\ [$₪-40D]",
]  # fmt: skip
book = openpyxl.Workbook()
for row, format_ in enumerate(FORMATS, 1):
    book.active.cell(row, 1, 45).number_format = format_
book.save("sheet.xlsx")

sheet = openpyxl.load_workbook("sheet.xlsx").active
calamine = CalamineWorkbook.from_path("sheet.xlsx").get_sheet_by_index(0).to_python()
node = json.loads(subprocess.run(["node", "probe.cjs"], capture_output=True, text=True, check=True).stdout)


def say(value):
    return f"{value:g}" if isinstance(value, (int, float)) else "a date"


for row, format_ in enumerate(FORMATS, 1):
    print(format_, *node[row - 1], say(sheet.cell(row, 1).value), say(calamine[row - 1][0]), sep=" | ")
EOF
cat > "$work/probe.cjs" <<'EOF'
const { Workbook } = require('exceljs');
const xlsx = require('xlsx');

const say = (value) => (value instanceof Date ? `${value.getUTCMonth() + 1}/${value.getUTCFullYear()}` : String(value));
const sheet = xlsx.readFile('sheet.xlsx', { cellDates: true, UTC: true }).Sheets.Sheet;
const book = new Workbook();
book.xlsx.readFile('sheet.xlsx').then(() => {
  const rows = [];
  book.worksheets[0].eachRow((row, number) => {
    rows.push([say(row.getCell(1).value), sheet[`A${number}`].t === 'd' ? 'a date' : say(sheet[`A${number}`].v)]);
  });
  console.log(JSON.stringify(rows));
});
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts exceljs@4.4.0 xlsx@0.18.5
seen=$(venv/bin/python probe.py)
echo "$seen"
[ "$seen" = '0 | 45 | 45 | 45 | 45
0\d | 2/1900 | 45 | 45 | 45
0\ \h | 2/1900 | 45 | 45 | 45
0.0\ \m | 2/1900 | 45 | 45 | 45
0\ \m\l | 2/1900 | 45 | 45 | 45
#,##0.00\ \d\h | 2/1900 | 45 | 45 | 45
#,##0.00_d | 2/1900 | 45 | 45 | 45
0"d" | 45 | 45 | 45 | 45
#,##0.00 "dh" | 45 | 45 | 45 | 45
#,##0\ [$₪-40D] | 45 | 45 | 45 | 45' ] || { echo 'changed: a number is read otherwise'; exit 1; }
