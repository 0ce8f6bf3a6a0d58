"""Takes `docs/page-*.png`: the page after a customer was remembered, returned and started afresh.

The letters are those of the machine; with Debian's fonts-noto-core and fonts-noto-color-emoji they are those of the
pictures in the tree.
"""

from playwright.sync_api import expect

from browser import DESK, DIGEST, POCKET, BrowserTest, admin
from paths import ROOT

CUSTOMER = "972555000101"
FIRST = (
    "היי! קוראים לי יוסי כהן",
    "אני גר בתל אביב. כמה עולה תספורת גברים?",
    "אני רוצה לקבוע תור. אני מעדיף בוקר מוקדם",
    "בעצם עדיף לי אחר הצהריים",
)
RETURN = "היי, אפשר לקבוע תור לשבוע הבא?"
SHOTS = (
    ("page-light", DESK, "light", "Phone"),
    ("page-dark", DESK, "dark", "Phone"),
    ("page-phone", POCKET, "light", "Phone"),
    ("page-phone-memory", POCKET, "light", "Memory"),
)


class Screenshots(BrowserTest):
    def test_screenshots(self) -> None:
        self.write_as(CUSTOMER)
        self.say(FIRST[0])
        admin("profile", "set", "--phone", f"+{CUSTOMER}", "city", "רמת גן")
        self.until_next_second()
        for text in FIRST[1:]:
            self.say(text)
        expect(self.value("Preferences")).to_have_text("אחר הצהריים", timeout=DIGEST)
        admin("note", "add", "--phone", f"+{CUSTOMER}", "לקוח קבוע, לתת לו עדיפות")
        self.until_next_second()
        self.say(RETURN)
        self.page.get_by_role("button", name="להתחיל מחדש", exact=True).click()
        expect(self.page.locator(".theirs")).to_have_count(len(FIRST) + 2)
        expect(self.page.locator(".theirs .status").last).to_have_text("delivered")
        for name, size, scheme, view in SHOTS:
            page = self.open(viewport=size, color_scheme=scheme, reduced_motion="reduce", device_scale_factor=1.25)
            self.write_as(CUSTOMER, page)
            expect(page.locator("#notes li")).to_have_count(2)
            if size is POCKET:
                page.get_by_role("button", name=view).click()
            page.screenshot(path=ROOT / "docs" / f"{name}.png")


if __name__ == "__main__":
    import unittest

    unittest.main()
