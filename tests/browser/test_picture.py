"""A picture from the page's phone: sent with words under it, shown, and answered."""

from pathlib import Path

from playwright.sync_api import expect

from browser import BrowserTest, fresh

PICTURE = Path(__file__).resolve().parents[2] / "events" / "picture.png"


class Pictures(BrowserTest):
    def test_a_picture_is_sent_with_its_words_shown_and_answered(self) -> None:
        page = self.write_as(fresh())
        box = page.get_by_label("Message", exact=True)
        box.fill("אפשר כזה?")
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Send a picture").click()
        choosing.value.set_files(PICTURE)
        sent = page.locator("#messages .mine")
        expect(sent.get_by_alt_text("The picture")).to_have_count(1)
        expect(sent).to_contain_text("אפשר כזה?")
        expect(box).to_have_value("")
        source = sent.locator("img").get_attribute("src") or ""
        answer = page.request.get(page.url.split("/#")[0] + source)
        self.assertEqual(answer.headers["content-type"], "image/png")
        self.assertEqual(answer.body(), PICTURE.read_bytes())
        expect(page.locator("#messages .theirs")).to_have_count(1)

    def test_what_is_too_large_for_whatsapp_is_not_sent(self) -> None:
        page = self.write_as(fresh())
        large = {"name": "large.png", "mimeType": "image/png", "buffer": b"\x89PNG" + bytes(5 * 1024 * 1024)}
        page.locator("#picture").set_input_files(large)
        expect(page.locator("#refused")).to_contain_text("5 MB")
        expect(page.locator("#messages li")).to_have_count(0)
