"""Numbers of every country of the world, as libphonenumber knows them: what the tests beside this file read.

Wanted when the library has a new plan:

    python3 -m venv /tmp/phones && /tmp/phones/bin/pip install phonenumbers==9.0.43
    /tmp/phones/bin/python shared/protocol/tests/phone/numbers.py >shared/protocol/tests/phone/numbers.tsv

A line is a country, a kind, a number in E.164, and how the library writes it at home and from abroad. There is one
number for each kind a person may call from and each length the library takes; behind its first digits they count on, so
that nobody's own is among them on purpose.
"""

from itertools import chain

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

KINDS = {
    "landline": PhoneNumberType.FIXED_LINE,
    "mobile": PhoneNumberType.MOBILE,
    "voip": PhoneNumberType.VOIP,
    "personal": PhoneNumberType.PERSONAL_NUMBER,
}
# More digits than any country needs to tell one kind of number from another.
HEAD = 4
COUNTING = "2345678901234"


def lengths(iso: str) -> list[int]:
    """Every length the library takes, of numbers people call from."""
    metadata = PhoneMetadata.metadata_for_region(iso)
    kinds = (metadata.fixed_line, metadata.mobile, metadata.voip, metadata.personal_number) if metadata else ()
    return sorted(set(chain.from_iterable(kind.possible_length for kind in kinds if kind)) - {-1})


def numbers(iso: str, kind: int) -> list[PhoneNumber]:
    """The library's own example, and the first number of each other length."""
    example = phonenumbers.example_number_for_type(iso, kind)
    found = [example] if example else []
    seen = {len(phonenumbers.national_significant_number(number)) for number in found}
    for length in lengths(iso):
        number = None if length in seen else first(iso, kind, length)
        found += [number] if number else []
    return found


def first(iso: str, kind: int, length: int) -> PhoneNumber | None:
    """The first number of this length and kind, if there is one."""
    same = {kind, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    for head in range(10**HEAD):
        digits = f"{head:0{HEAD}}{COUNTING}"[:length]
        number = phonenumbers.parse(f"+{phonenumbers.country_code_for_region(iso)}{digits}", None)
        if phonenumbers.is_valid_number_for_region(number, iso) and phonenumbers.number_type(number) in same:
            return number
    return None


def main() -> None:
    """Prints the file."""
    print(f"# shared/protocol/tests/phone/numbers.py with phonenumbers {phonenumbers.__version__}")
    for iso in sorted(phonenumbers.SUPPORTED_REGIONS):
        for name, kind in KINDS.items():
            for number in numbers(iso, kind):
                written = (PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL)
                print(iso, name, *(phonenumbers.format_number(number, form) for form in written), sep="\t")


if __name__ == "__main__":
    main()
