"""Whatever a customer writes, is called, or is noted of them stays text."""

from playwright.sync_api import expect

from desk import Customer, DeskTest, api

MARKUP = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><b>x</b>'
TURNED = "abc \u202e fed \u2067 x"


class Hostile(DeskTest):
    def test_markup_turned_writing_and_very_long_texts_do_nothing(self) -> None:
        customer = Customer()
        customer.says(MARKUP)
        lead = customer.lead
        api("PATCH", f"/leads/{lead}/profile", {"name": MARKUP, "city": TURNED})
        api("POST", f"/leads/{lead}/notes", {"text": MARKUP})
        page = self.desk("en")
        self.go_to(page, customer)
        expect(page.locator(".by-customer .words").first).to_have_text(MARKUP)
        # What enters the profile is stripped of marks on its way.
        expect(self.field(page, "name").locator(":scope > .value")).to_contain_text("window.hit=1")
        expect(page.locator(f"[data-lead='{lead}'] .who")).to_contain_text("window.hit=1")
        expect(page.locator(".one-note .words")).to_have_text(MARKUP)
        self.assertEqual(page.locator("#app :is(img, script, iframe, b)").count(), 0)
        self.assertIsNone(page.evaluate("window.hit ?? null"))
        value = self.field(page, "city").locator(":scope > .value")
        self.assertIn(value.evaluate("e => getComputedStyle(e).unicodeBidi"), ("isolate", "plaintext"))

    def test_sixty_thousand_characters_are_folded_and_break_nothing(self) -> None:
        page = self.desk("en")
        customer = Customer()
        customer.says("Hi")
        long = "w" * 60_000

        def swollen(route: object) -> None:
            answer = route.fetch()  # type: ignore[attr-defined]
            body = answer.json()
            for message in body["messages"]:
                message.update(text=long, line=long)
            route.fulfill(response=answer, json=body)  # type: ignore[attr-defined]

        page.route("**/messages?*", swollen)
        self.go_to(page, customer)
        self.assertLess(len(page.locator(".by-customer .words").first.inner_text()), 2_000)
        page.locator(".by-customer .fold").first.click()
        self.assertEqual(len(page.locator(".by-customer .words").first.inner_text()), 60_000)
        wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        self.assertLessEqual(wide, 0)

    def test_the_page_refuses_to_make_markup_of_a_text_and_to_speak_to_strangers(self) -> None:
        page = self.desk("en")
        self.refuses_markup_and_strangers(page)

    def test_an_address_that_names_no_lead_shows_the_list(self) -> None:
        page = self.desk("en")
        for hash in ("#/leads/%", "#/leads/%E0%A4%A", "#/leads/..%2F..%2Fme", "#/nothing/%"):
            page.evaluate("hash => { location.hash = hash; }", hash)
            page.reload()
            expect(page.get_by_role("heading", name=self.said("leads.title"), exact=True)).to_be_visible()
            expect(page.get_by_text(self.said("lead.choose"), exact=True)).to_be_visible()
