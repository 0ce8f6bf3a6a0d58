"""Voice notes from the page's phone: recorded, played, and what was heard in them."""

import re
from typing import Any, ClassVar

from playwright.sync_api import expect

from browser import DIGEST, BrowserTest, fresh

SAID = "היי, אני אלרגי לאמוניה"


class VoiceNotes(BrowserTest):
    # A microphone that hums.
    flags: ClassVar[list[str]] = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    window: ClassVar[dict[str, Any]] = {"permissions": ["microphone"]}

    def test_what_is_said_is_heard_answered_and_remembered_as_heard(self) -> None:
        page = self.write_as(fresh())
        page.get_by_role("button", name="Record a voice note").click()
        box = page.get_by_label("Message", exact=True)
        expect(box).to_have_attribute("placeholder", re.compile("What you say"))
        box.fill(SAID)
        page.wait_for_timeout(700)
        page.get_by_role("button", name="Stop and send the voice note").click()
        note = page.locator("#messages .mine")
        expect(note.locator("audio")).to_have_count(1)
        expect(note.locator(".heard")).to_contain_text(SAID)
        expect(note.locator(".heard span[lang='he']")).to_have_css("direction", "rtl")
        expect(page.locator("#messages .theirs")).to_have_count(1)
        expect(box).to_have_value("")
        source = note.locator("audio").get_attribute("src") or ""
        answer = page.request.get(page.url.split("/#")[0] + source)
        self.assertTrue(answer.headers["content-type"].startswith("audio/"), answer.headers)
        self.assertGreater(len(answer.body()), 500)
        expect(self.value("Notes")).to_contain_text("אלרגי לאמוניה", timeout=DIGEST)
        kept = page.locator("#profile dd").filter(has_text="אלרגי")
        expect(kept).to_contain_text("medium confidence")
        expect(kept).to_contain_text("heard in a voice note")

    def test_a_recording_that_is_not_wanted_is_not_sent(self) -> None:
        page = self.write_as(fresh())
        record = page.get_by_role("button", name="Record a voice note")
        record.click()
        stop = page.get_by_role("button", name="Stop and send the voice note")
        stop.focus()
        page.keyboard.press("Escape")
        expect(record).to_be_visible()
        expect(page.locator("#messages li")).to_have_count(0)
