"""Takes `docs/console-*.png`: the console with a customer whose memory has something to decide.

The letters are those of the machine; with Debian's fonts-noto-core they are those of the pictures in the tree.
"""

import time
import unittest

from playwright.sync_api import expect

from browser import POCKET
from desk import Customer, DeskTest, api
from paths import ROOT

OTHERS = (
    ("היי, קוראים לי נועם פרץ ואני מחולון", "אני רוצה לדבר עם נציג אנושי"),
    ("Hi, my name is Dana Levi and I live in Haifa", "How much is a haircut?"),
)
SHOTS = (("light", "he", "light"), ("dark", "en", "dark"))


class ConsoleScreenshots(DeskTest):
    def test_screenshots(self) -> None:
        for texts in OTHERS:
            other = Customer()
            for text in texts:
                other.says(text)
            other.remembered("name")
        customer = Customer()
        api("POST", "/leads", {"phone": f"+{customer.phone}", "profile": {"city": "רמת גן"}})
        time.sleep(1.1)
        customer.says("היי! קוראים לי יוסי כהן")
        customer.says("אני גר בתל אביב. כמה עולה תספורת גברים?")
        customer.says("אני מעדיף בוקר מוקדם")
        customer.remembered("city", lambda field: bool(field and field.get("suggestions")))
        customer.rings("היי, יש תור לשישי?")
        api("POST", f"/leads/{customer.lead}/notes", {"text": "לקוח קבוע, לתת לו עדיפות"})
        customer.remembered("preferences")
        for name, language, scheme in SHOTS:
            page = self.desk(language, color_scheme=scheme, reduced_motion="reduce")
            self.go_to(page, customer)
            self.field(page, "name").get_by_role("button", name=self.said("memory.where")).click()
            expect(self.field(page, "name").locator("mark")).not_to_have_count(0)
            page.screenshot(path=ROOT / "docs" / f"console-{name}.png")
        page = self.desk("he", viewport=POCKET, reduced_motion="reduce")
        self.go_to(page, customer)
        page.screenshot(path=ROOT / "docs" / "console-phone.png")


if __name__ == "__main__":
    unittest.main()
