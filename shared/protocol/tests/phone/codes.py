"""How the numbers of every calling code are built, in the form `src/model/phone/codes.tsv` keeps it.

Wanted with a new plan of any country; see `numbers.py` for the environment:

    /tmp/phones/bin/python shared/protocol/tests/phone/codes.py >shared/protocol/src/model/phone/codes.tsv

A line is a code, what is dialled before a number at home (each digit by itself), and for each length of the numbers
people call from the digits they begin with. A length and a digit are in where the library takes one of the numbers that
are tried.
"""

import re
from itertools import product

import phonenumbers
from phonenumbers import PhoneMetadata

# What follows the first four digits of a number that is tried.
TAILS = ("2345678901234", "0000000000000", "1111111111111", "5555555555555", "9876543210987")
# What people write behind a code although the number goes without it, where the library's own prefix does not say so.
TRUNKS = {"370": "08", "375": "80", "241": "0"}


def patterns(code: int, region: str) -> list[tuple[re.Pattern[str], tuple[int, ...]]]:
    """What the numbers of a region look like, by kind, with their lengths."""
    everywhere = region == "001"
    read = PhoneMetadata.metadata_for_nongeo_region(code) if everywhere else PhoneMetadata.metadata_for_region(region)
    kinds = (read.fixed_line, read.mobile, read.voip, read.personal_number) if read else ()
    wanted = [kind for kind in kinds if kind and kind.national_number_pattern]
    common = (read.general_desc.possible_length if read else ()) or ()
    return [(re.compile(kind.national_number_pattern), kind.possible_length or common) for kind in wanted]


def lengths(code: int, regions: tuple[str, ...]) -> dict[int, set[str]]:
    """The first digits of the numbers of each length."""
    found: dict[int, set[str]] = {}
    for pattern, sizes in (each for region in regions for each in patterns(code, region)):
        for size, head, tail in product(sizes, range(10_000), TAILS):
            number = f"{head:04}{tail}"[: max(size, 0)]
            if number and number[0] not in found.get(size, ()) and pattern.fullmatch(number):
                found.setdefault(size, set()).add(number[0])
    return found


def trunk(code: int, regions: tuple[str, ...]) -> str:
    """What is dialled before a number at home."""
    read = PhoneMetadata.metadata_for_region(regions[0]) if regions[0] != "001" else None
    return TRUNKS.get(str(code), (read and read.national_prefix) or "")


def main() -> None:
    """Prints the file."""
    print(f"# shared/protocol/tests/phone/codes.py with phonenumbers {phonenumbers.__version__}")
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items(), key=lambda each: str(each[0])):
        by_length = sorted(lengths(code, regions).items())
        built = " ".join(f"{size}/{''.join(sorted(digits))}" for size, digits in by_length)
        if built:
            print(code, trunk(code, regions), built, sep="\t")


if __name__ == "__main__":
    main()
