"""A call from the page's phone."""

import re

from playwright.sync_api import expect

from browser import DIGEST, URL, BrowserTest, fresh


class Calling(BrowserTest):
    def test_what_is_said_on_a_call_from_this_phone_is_remembered(self) -> None:
        page = self.write_as(fresh())
        page.get_by_role("button", name="Place a call").click()
        page.get_by_label("What is said").fill("> שלום, איך אפשר לעזור?\nהיי, קוראים לי נועם לוי ואני מחיפה")
        page.get_by_label("Carried by").select_option("vapi")
        page.get_by_role("button", name="Call", exact=True).click()
        expect(page.locator("#called")).to_contain_text("The call is over")
        expect(self.value("Name")).to_have_text("נועם לוי", timeout=DIGEST)
        # A transcript is unsure of names.
        expect(page.locator("#profile dd").first).to_contain_text("medium confidence")
        expect(page.locator("#memory-last")).to_contain_text("phone")
        expect(page.locator("#notes li")).to_have_count(1)
        expect(page.locator("#session")).to_have_text("None open")

    def test_who_has_no_phone_number_cannot_call(self) -> None:
        self.page.goto(URL)
        self.page.get_by_role("radio", name=re.compile("Sam Taylor")).check()
        expect(self.page.get_by_role("button", name="Place a call")).to_be_disabled()
