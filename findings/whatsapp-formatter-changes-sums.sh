#!/usr/bin/env bash
# py-whatsapp-formatter 1.0.6 (PyPI), which by its README makes WhatsApp's formatting of the Markdown of models and of HTML
# (https://github.com/tejasambhore/whatsapp_formatter): two signs of multiplication become underscores, "2 * 3 * 4 = 24" goes
# out as "2 _ 3 _ 4 = 24"; in a list whose points begin with an asterisk a word in italics takes the asterisk of its own point
# for its begin, and ends in the wrong sign; a name that holds two double underscores loses them to bold type, and what a
# backslash keeps from being italic is made so. CommonMark: an asterisk between blanks marks nothing, an underscore within a
# word neither (https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis), the first of a list's point is the point's
# (#list-items), and a backslash takes a sign's meaning away (#backslash-escapes). Of HTML the customer gets the spelling of
# each ampersand and comparison, "Cohen &amp; Sons" (https://html.spec.whatwg.org/multipage/syntax.html#character-references).
# markdown-it-py 4.3.0 (PyPI) reads the Markdown as CommonMark does.
# Seen: the lines below. Ours: shared/ai/src/markdown.rs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install py-whatsapp-formatter==1.0.6 markdown-it-py==4.3.0
cat > "$work/probe.py" <<'EOF'
import json

from markdown_it import MarkdownIt
from whatsapp_formatter import convert_html_to_whatsapp, convert_markdown_to_whatsapp

TEXTS = ["**bold** and *italic*", "2 * 3 * 4 = 24", "* cut\n* dye *new*", "file__of__may", "\\*as it is\\*"]
for text in TEXTS:
    html = MarkdownIt("commonmark").render(text).replace("\n", "")
    print(json.dumps(text), html, json.dumps(convert_markdown_to_whatsapp(text)))
for html in ("<b>Cohen</b>", "<b>Cohen &amp; Sons</b>", "<p>5 &lt; 6</p>"):
    print(html, json.dumps(convert_html_to_whatsapp(html)))
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = '"**bold** and *italic*" <p><strong>bold</strong> and <em>italic</em></p> "*bold* and _italic_"
"2 * 3 * 4 = 24" <p>2 * 3 * 4 = 24</p> "2 _ 3 _ 4 = 24"
"* cut\n* dye *new*" <ul><li>cut</li><li>dye <em>new</em></li></ul> "* cut\n_ dye _new*"
"file__of__may" <p>file__of__may</p> "file*of*may"
"\\*as it is\\*" <p>*as it is*</p> "\\_as it is\\_"
<b>Cohen</b> "*Cohen*"
<b>Cohen &amp; Sons</b> "*Cohen &amp; Sons*"
<p>5 &lt; 6</p> "5 &lt; 6"' ] || { echo 'changed: a text is converted otherwise'; exit 1; }
