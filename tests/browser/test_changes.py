"""What happens to a message after it was written."""

import time
from typing import Any

from playwright.sync_api import expect

from browser import URL, BrowserTest, fresh


class Changes(BrowserTest):
    def test_edits_revocations_reactions_and_the_phone_app_show_as_on_a_phone(self) -> None:
        phone = fresh()
        page = self.write_as(phone)
        self.say("אפשר תור לבוקר?")

        def post(**message: Any) -> None:
            self.assertTrue(page.request.post(f"{URL}/say", data={"from": phone, **message}).ok)

        def changed(kind: str, **body: Any) -> None:
            post(type=kind, body=body)

        mark = str(time.time_ns())
        post(text="טעות", id=f"wamid.TYPO{mark}")
        expect(page.locator(".mine .said").last).to_have_text("טעות")
        changed("edit", original_message_id=f"wamid.TYPO{mark}", message={"type": "text", "text": {"body": "בערב"}})
        expect(page.locator(".mine .said").last).to_have_text("בערב")
        expect(page.locator(".mine .foot").last).to_contain_text("edited")
        changed("reaction", message_id=f"wamid.TYPO{mark}", emoji="❤️")
        expect(page.locator(".mine .reaction")).to_contain_text("❤️")
        changed("revoke", original_message_id=f"wamid.TYPO{mark}")
        expect(page.locator(".mine .kind").last).to_have_text("🚫 Deleted message")
        expect(page.get_by_text("בערב", exact=True)).to_have_count(0)
        expect(page.locator(".mine")).to_have_count(2)

        post(text="כאן רוני, מתאים לך בשמונה?", field="smb_message_echoes")
        expect(page.locator(".theirs .said", has_text="כאן רוני")).to_be_visible()
        expect(page.locator(".theirs .foot", has_text="from the phone app")).to_be_visible()
