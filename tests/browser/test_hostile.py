"""Whatever a customer writes or is called stays text."""

from playwright.sync_api import expect

from browser import URL, BrowserTest, admin, fresh

MARKUP = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><b>x</b>'


class Hostile(BrowserTest):
    def test_markup_in_a_message_a_name_and_a_profile_is_shown_as_it_was_written(self) -> None:
        phone = fresh()
        page = self.page
        page.goto(f"{URL}/")
        page.get_by_role("button", name="New customer").click()
        page.get_by_label("Name in WhatsApp").fill(MARKUP[:60])
        page.get_by_label("Phone number", exact=True).fill(phone[-4:])
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator("#memory-name")).to_have_text(MARKUP[:60])
        self.say(MARKUP)
        expect(page.locator(".mine .said")).to_have_text(MARKUP)
        admin("note", "add", "--phone", f"+{phone}", MARKUP)
        expect(page.locator("#notes li")).to_contain_text(MARKUP)
        page.locator("#prompt-reply summary").click()
        expect(page.locator("#prompt-reply pre").filter(has_text=MARKUP)).not_to_have_count(0)
        self.assertEqual(page.locator("main :is(img, script, b, iframe)").count(), 0)
        self.assertIsNone(page.evaluate("window.hit ?? null"))

    def test_the_page_refuses_to_make_markup_of_a_text_and_to_speak_to_strangers(self) -> None:
        self.page.goto(f"{URL}/")
        self.refuses_markup_and_strangers(self.page)

    def test_a_name_that_turns_the_writing_direction_turns_nothing_else(self) -> None:
        phone = fresh()
        page = self.write_as(phone)
        self.say("Hi")
        before = page.locator("#memory-title").bounding_box()
        admin("profile", "set", "--phone", f"+{phone}", "name", "abc \u202e fed \u2067 x")
        expect(self.value("Name")).to_contain_text("abc")
        self.assertEqual(page.locator("#memory-title").bounding_box(), before)
        direction = "element => getComputedStyle(element).unicodeBidi"
        self.assertEqual(page.locator("#profile bdi").first.evaluate(direction), "isolate")
