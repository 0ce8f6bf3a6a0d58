#!/usr/bin/env bash
# ical 0.11.0 (crates.io, reads vCards and iCalendar): where a long line of a contact card is folded behind a space, that space
# is lost, and two words of the name or note become one. RFC 6350 says that unfolding removes the line break and the one white
# space that begins the next line, nothing before them (https://www.rfc-editor.org/rfc/rfc6350#section-3.2), and a line may be
# folded between any two characters; whoever folds at 75 bytes comes upon a space every few lines. Cards that customers
# pass on in a chat are such files. vobject 0.9.9 (PyPI) keeps the space.
# Seen: "ical: Dana Cohen of thesalon", "vobject: Dana Cohen of the salon". Ours gets cards in pieces, as JSON.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install vobject==0.9.9
printf '%s\r\n' 'BEGIN:VCARD' 'VERSION:3.0' 'N:Cohen;Dana;;;' 'FN:Dana Cohen of the ' ' salon' 'END:VCARD' > "$work/card.vcf"
cat > "$work/probe.py" <<'EOF'
import vobject

with open("card.vcf", newline="") as file:
    print("vobject:", vobject.readOne(file.read()).fn.value)
EOF
mkdir "$work/src"
cat > "$work/Cargo.toml" <<'EOF'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
ical = "=0.11.0"
EOF
cat > "$work/src/main.rs" <<'EOF'
fn main() {
    let card = std::io::BufReader::new(std::fs::File::open("card.vcf").unwrap());
    let read = ical::VcardParser::new(card).next().unwrap().unwrap();
    let name = read.properties.iter().find(|property| property.name == "FN").unwrap();
    println!("ical: {}", name.value.as_deref().unwrap());
}
EOF
cd "$work"
seen=$(cargo run -q && venv/bin/python probe.py)
echo "$seen"
[ "$seen" = 'ical: Dana Cohen of thesalon
vobject: Dana Cohen of the salon' ] || { echo 'changed: a folded line is read otherwise'; exit 1; }
