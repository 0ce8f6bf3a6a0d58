"""The console for everybody: screen reader, both directions of writing, narrow, light and dark."""

from datetime import datetime, timedelta, timezone

from playwright.sync_api import expect

from browser import POCKET
from desk import CONSOLE, LOCALES, WIDE, Customer, DeskTest, api


class ConsoleAccess(DeskTest):
    def customer(self) -> Customer:
        customer = Customer()
        customer.says("Hi, my name is Noam Levi and I live in Haifa")
        customer.rings("I live in Acre now")
        api("PATCH", f"/leads/{customer.lead}/profile", {"name": "Noam"})
        api("POST", f"/leads/{customer.lead}/notes", {"text": "VIP"})
        customer.remembered("city")
        return customer

    def test_axe_finds_no_barrier_in_either_direction_theme_and_width(self) -> None:
        customer = self.customer()
        for language, scheme, size in (
            ("he", "light", WIDE),
            ("en", "dark", WIDE),
            ("he", "dark", POCKET),
            ("en", "light", POCKET),
        ):
            # axe puts its own elements into the page, which the page's policy would refuse.
            page = self.desk(language, bypass_csp=True, color_scheme=scheme, viewport=size)
            with self.subTest(language=language, scheme=scheme, size=size):
                page.locator(".lead-row").first.wait_for()
                self.assert_no_barrier(page)
                self.go_to(page, customer)
                self.assert_no_barrier(page)
                if size is POCKET:
                    page.locator(".panes button").last.click()
                    self.assert_no_barrier(page)
                self.field(page, "city").get_by_role("button", name=self.said("memory.where")).click()
                self.field(page, "name").get_by_role("button", name=self.said("memory.correct")).click()
                expect(self.field(page, "city").locator("blockquote")).to_have_count(1)
                self.assert_no_barrier(page)
                self.button(page, "privacy.erase").click()
                self.assert_no_barrier(page)
                self.button(page.get_by_role("dialog"), "memory.cancel").click()
                page.evaluate("location.hash = '#/settings'")
                page.locator(".setting").first.wait_for()
                self.assert_no_barrier(page)

    def test_axe_finds_no_barrier_at_the_door_in_the_help_and_in_what_is_to_be_done(self) -> None:
        api("PATCH", "/settings", {"enable_actions": True})
        self.addCleanup(api, "PATCH", "/settings", {"enable_actions": None})
        customer = Customer()
        customer.says("Hi")
        due = (datetime.now(timezone.utc) + timedelta(days=30)).isoformat()
        actions = f"/leads/{customer.lead}/actions"
        for text in ("להזכיר את התור", "Ask how it went"):
            ended = api("POST", actions, {"kind": "person", "text": text, "due_at": due})["id"]
        api("DELETE", f"{actions}/{ended}")
        for language, direction, scheme, size in (
            ("he", "rtl", "dark", WIDE),
            ("en", "ltr", "light", WIDE),
            ("he", "rtl", "light", POCKET),
            ("en", "ltr", "dark", POCKET),
        ):
            with self.subTest(language=language, scheme=scheme, size=size):
                self.language = language
                page = self.open(locale=LOCALES[language], viewport=size, bypass_csp=True, color_scheme=scheme)
                page.add_init_script(f"localStorage.setItem('zikaron.language', '{language}')")
                page.goto(CONSOLE)
                expect(self.button(page, "signIn.button")).to_be_visible()
                expect(page.locator("html")).to_have_attribute("dir", direction)
                self.assert_no_barrier(page)
                self.sign_in(page)
                page.keyboard.press("Alt+k")
                expect(page.get_by_role("dialog")).to_be_visible()
                self.assert_no_barrier(page)
                self.button(page.get_by_role("dialog"), "help.done").click()
                self.go_to(page, customer)
                if size is POCKET:
                    page.locator(".panes button").last.click()
                part = page.locator(".actions-list")
                expect(part.locator(".one-action")).to_have_count(2)
                # What stands only while one plans or moves something.
                part.get_by_label(self.said("actions.label")).fill("x")
                self.button(part, "actions.move").click()
                expect(part.locator("input[type=datetime-local]")).to_have_count(2)
                self.assert_no_barrier(page)

    def test_nothing_is_wider_than_a_phone(self) -> None:
        customer = Customer()
        customer.says("w" * 300)
        api("PATCH", f"/leads/{customer.lead}/profile", {"name": "w" * 60, "city": "w" * 80})
        for language in ("he", "en"):
            for width in (390, 320):
                page = self.desk(language, viewport={"width": width, "height": 700})
                for view in ("#/leads", f"#/leads/{customer.lead}", "#/settings"):
                    page.evaluate("to => { location.hash = to; }", view)
                    page.locator("[role=main] h1, main h1").first.wait_for()
                    wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
                    self.assertLessEqual(wide, 0, (language, width, view))

    def test_a_new_message_is_read_out_and_old_ones_are_not(self) -> None:
        customer = Customer()
        customer.says("Hi")
        page = self.desk("en")
        self.go_to(page, customer)
        news = page.get_by_role("status").get_by_text(self.said("timeline.new"))
        expect(news).to_have_count(0)
        customer.says("Are you open today?")
        expect(news).to_have_count(1)
        expect(page.locator(".by-customer")).to_have_count(2)

    def test_language_and_colours_are_kept(self) -> None:
        page = self.open(locale="en-GB", viewport=WIDE)
        self.language = "en"
        page.add_init_script("sessionStorage.length || localStorage.setItem('zikaron.language', 'en')")
        self.sign_in(page)
        page.get_by_role("button", name="עברית").click()
        self.assertEqual(page.locator("html").get_attribute("dir"), "rtl")
        page.get_by_role("button", name="English").click()
        self.assertEqual(page.locator("html").get_attribute("dir"), "ltr")
