"""A customer whose number nobody knows shares it by WhatsApp's own button."""

import json
import re
import time

from playwright.sync_api import expect

from browser import URL, BrowserTest, admin
from desk import api, eventually

# One of the page's own customers, by their user id, and the number they share.
SAM = "US.10000000000000000104"
NUMBER = "972555000104"


class Number(BrowserTest):
    def test_who_is_asked_for_their_number_shares_it_with_one_tap(self) -> None:
        api("PATCH", "/settings", {"ask_number": "handover"})
        self.addCleanup(api, "PATCH", "/settings", {"ask_number": None})
        page = self.page
        page.goto(f"{URL}/")
        page.get_by_role("radio", name=re.compile("Sam Taylor")).check()
        expect(page.locator("#profile > *")).not_to_have_count(0)
        # The functions remember settings for a second.
        page.wait_for_function("since => Date.now() > since", arg=int(time.time() + 2) * 1000)
        self.say("I would like to talk to a human")
        self.addCleanup(lambda: api("POST", f"/leads/{lead_of_sam()}/handback"))
        page.locator(".theirs .replies").last.get_by_role("button").click()
        expect(page.locator(".mine .kind").last).to_contain_text("Contact")
        expect(page.locator(".theirs .replies").last.get_by_role("button")).to_be_disabled()
        found = eventually(lambda: api("GET", f"/leads?phone=%2B{NUMBER}")["leads"])
        self.assertEqual(found[0]["lead"], lead_of_sam())


def lead_of_sam() -> str:
    lead: str = json.loads(admin("lead", "show", "--bsuid", SAM, "--json"))["lead"]
    return lead
