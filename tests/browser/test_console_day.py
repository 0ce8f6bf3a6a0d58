"""A day of a member of staff: in Hebrew, in English, and once without a mouse."""

import time

from playwright.sync_api import Page, expect

from desk import CONSOLE, WIDE, Customer, DeskTest, api, eventually, sent_to

WROTE = {
    "he": ("היי! קוראים לי נועם לוי ואני מחיפה", "אני רוצה לדבר עם נציג אנושי"),
    "en": ("Hi, my name is Noam Levi and I live in Haifa", "I want to talk to a human agent"),
}
READ = {"he": ("נועם לוי", "חיפה"), "en": ("Noam Levi", "Haifa")}
KNOWN = {"he": ("נועם", "חולון"), "en": ("Noam", "Holon")}
ANSWER = {"he": "היי, כאן רוני. מתי נוח לך?", "en": "Hi, Roni here. When would suit you?"}
VALUE = {"he": "בוקר מוקדם", "en": "early morning"}


def needing(language: str) -> Customer:
    """A customer whose words contradict what a person had entered, and who asked for a person."""
    customer = Customer()
    first, second = WROTE[language]
    name, city = KNOWN[language]
    api("POST", "/leads", {"phone": f"+{customer.phone}", "profile": {"name": name, "city": city}})
    # WhatsApp's clock has whole seconds: what is said in this very one would count as said before.
    time.sleep(1.1)
    customer.says(first)
    customer.says(second)
    eventually(lambda: api("GET", f"/leads/{customer.lead}")["mode"] == "human")
    customer.remembered("city", lambda field: bool(field and field.get("suggestions")))
    return customer


class Day(DeskTest):
    def test_the_whole_day_in_hebrew(self) -> None:
        self.whole_day("he")

    def test_the_whole_day_in_english(self) -> None:
        self.whole_day("en")

    def whole_day(self, language: str) -> None:
        customer = needing(language)
        page = self.desk(language)
        self.assertEqual(page.locator("html").get_attribute("dir"), "rtl" if language == "he" else "ltr")
        row = page.locator(f"[data-lead='{customer.lead}']")
        expect(row.get_by_text(self.said("leads.human"))).to_be_visible()
        row.click()
        for text in WROTE[language]:
            expect(page.locator(".by-customer .words").filter(has_text=text)).to_be_visible()
        expect(page.locator(".event.summary")).to_be_visible()
        self.answers(page, language, customer)
        self.steers(page)
        self.corrects(page, language, customer)
        self.notes(page)
        self.erases(page, customer)
        self.button(page, "nav.signOut").click()
        expect(self.button(page, "signIn.button")).to_be_visible()
        self.assertEqual(page.evaluate("Object.keys(sessionStorage)"), [])

    def answers(self, page: Page, language: str, customer: Customer) -> None:
        page.get_by_label(self.said("composer.label")).fill(ANSWER[language])
        self.button(page, "composer.send").click()
        expect(page.locator(".by-staff .words")).to_have_text(ANSWER[language])
        eventually(lambda: ANSWER[language] in sent_to(customer.phone))
        expect(page.locator(".by-staff .sending")).to_have_text(self.said("sending.sent"))

    def steers(self, page: Page) -> None:
        self.button(page, "lead.handBack").click()
        expect(page.locator(".lead-head").get_by_text(self.said("lead.ai"))).to_be_visible()
        self.button(page, "lead.takeOver").click()
        expect(page.locator(".lead-head").get_by_text(self.said("lead.human"), exact=True)).to_be_visible()
        self.button(page, "lead.handBack").click()
        expect(self.button(page, "lead.takeOver")).to_be_visible()

    def corrects(self, page: Page, language: str, customer: Customer) -> None:
        name, city = READ[language]
        field = self.field(page, "name")
        field.get_by_role("button", name=self.said("memory.accept")).click()
        expect(field.locator(":scope > .value")).to_have_text(name)
        field = self.field(page, "city")
        field.get_by_role("button", name=self.said("memory.dismiss")).click()
        expect(field.locator(".suggestion")).to_have_count(0)
        expect(field.locator(":scope > .value")).to_have_text(KNOWN[language][1])
        self.assertNotEqual(KNOWN[language][1], city)
        field = self.field(page, "preferences")
        field.get_by_role("button", name=self.said("memory.add")).click()
        field.get_by_role("textbox").fill(VALUE[language])
        field.get_by_role("textbox").press("Enter")
        expect(field.locator(":scope > .value")).to_have_text(VALUE[language])
        self.assertEqual(customer.profile()["preferences"]["source"], "manual")
        field.get_by_role("button", name=self.said("memory.delete")).click()
        self.button(field.locator(".sure"), "memory.delete").click()
        expect(field.get_by_text(self.said("memory.deleted"))).to_be_visible()

    def notes(self, page: Page) -> None:
        page.get_by_label(self.said("notes.label")).fill("VIP")
        self.button(page, "notes.add").click()
        note = page.locator(".one-note")
        expect(note.locator(".words")).to_have_text("VIP")
        self.button(note, "notes.edit").click()
        note.get_by_role("textbox").fill("VIP!")
        self.button(note, "memory.save").click()
        expect(note.locator(".words")).to_have_text("VIP!")
        self.button(note, "notes.delete").click()
        self.button(note, "notes.delete").click()
        expect(note).to_have_count(0)

    def erases(self, page: Page, customer: Customer) -> None:
        lead = customer.lead
        with page.expect_download() as download:
            self.button(page, "privacy.export").click()
        self.assertIn("customer", download.value.path().read_text())
        self.button(page, "privacy.erase").click()
        dialog = page.get_by_role("dialog")
        expect(self.button(dialog, "erase.button")).to_be_disabled()
        dialog.get_by_label(self.said("erase.sure")).check()
        self.button(dialog, "erase.button").click()
        expect(dialog.get_by_text(self.said("erase.removed"), exact=True)).to_be_visible()
        self.button(dialog, "erase.close").click()
        expect(page.locator(f"[data-lead='{lead}']")).to_have_count(0)

    def test_a_value_leads_to_the_words_it_was_read_in(self) -> None:
        customer = Customer()
        customer.says(WROTE["en"][0])
        customer.remembered("city")
        page = self.desk("en")
        self.go_to(page, customer)
        field = self.field(page, "city")
        field.get_by_role("button", name=self.said("memory.where")).click()
        expect(field.locator("blockquote")).to_have_text(WROTE["en"][0])
        expect(field.locator("mark")).to_have_text("Haifa")
        self.button(field, "memory.show").click()
        expect(page.locator(".message.found .words")).to_have_text(WROTE["en"][0])

    def test_what_a_viewer_may_not_do_is_not_offered(self) -> None:
        customer = needing("en")
        page = self.desk("en", "viewer")
        self.go_to(page, customer)
        expect(page.locator(".suggestion")).not_to_have_count(0)
        offered = page.locator(
            "main .conversation button:visible, main .memory button:visible, main .steering button"
        ).all_inner_texts()
        self.assertEqual(set(offered) - {"Where from?", "Show all"}, set())
        page.get_by_role("link", name=self.said("nav.settings")).click()
        expect(page.get_by_label(self.said("setting.name"), exact=True)).to_be_disabled()

    def test_settings_are_changed_and_reach_the_business(self) -> None:
        page = self.desk("en")
        page.get_by_role("link", name=self.said("nav.settings")).click()
        before = page.get_by_label(self.said("setting.voice_minutes_per_day")).input_value()
        for value in ("17", before):
            page.get_by_label(self.said("setting.voice_minutes_per_day")).fill(value)
            page.get_by_label(self.said("setting.voice_minutes_per_day")).blur()
            self.button(page, "settings.save").click()
            expect(self.button(page, "settings.save")).to_have_count(0)
            self.assertEqual(str(api("GET", "/settings")["voice_minutes_per_day"]), value)


class Keyboard(DeskTest):
    """Only what a keyboard can do."""

    def test_the_whole_day_by_keyboard_alone(self) -> None:
        customer = needing("en")
        self.language = "en"
        page = self.open(locale="en-GB", viewport=WIDE)
        page.goto(CONSOLE)
        expect(self.button(page, "signIn.button")).to_be_visible()
        self.tab_to(page, self.said("signIn.button"))
        page.keyboard.press("Enter")
        page.locator("button[value=admin]").wait_for()
        self.tab_to(page, "Admin")
        page.keyboard.press("Enter")
        lead = customer.lead
        row = page.locator(f"[data-lead='{lead}']")
        row.wait_for()
        if page.locator("html").get_attribute("lang") != "en":
            self.language = "he"
        page.keyboard.press("Alt+l")
        page.keyboard.press("Home")
        for _ in range(300):
            if row.evaluate("row => row === document.activeElement"):
                break
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(30)
        expect(row).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".by-customer").first).to_be_visible()
        page.keyboard.press("Alt+w")
        expect(page.get_by_label(self.said("composer.label"))).to_be_focused()
        page.keyboard.type(ANSWER["en"])
        page.keyboard.press("Control+Enter")
        expect(page.locator(".by-staff .words")).to_have_text(ANSWER["en"])
        page.keyboard.press("Alt+m")
        expect(page.locator("section.memory")).to_be_focused()
        self.press(page, f"{self.said('memory.accept')}: Noam Levi")
        expect(self.field(page, "name").locator(":scope > .value")).to_have_text("Noam Levi")
        self.press(page, f"{self.said('memory.dismiss')}: Haifa")
        expect(page.locator(".suggestion")).to_have_count(0)
        self.press(page, f"{self.said('memory.correct')}: {self.said('field.city')}")
        page.keyboard.type("Eilat")
        page.keyboard.press("Enter")
        expect(self.field(page, "city").locator(":scope > .value")).to_have_text("Eilat")
        self.press(page, self.said("lead.handBack"))
        expect(self.button(page, "lead.takeOver")).to_be_visible()
        self.press(page, self.said("privacy.erase"))
        self.tab_to(page, self.said("erase.sure"))
        page.keyboard.press("Space")
        self.press(page, self.said("erase.button"))
        expect(page.get_by_text(self.said("erase.removed"), exact=True)).to_be_visible()
        self.press(page, self.said("erase.close"))
        expect(page.locator(f"[data-lead='{lead}']")).to_have_count(0)
        self.press(page, self.said("nav.signOut"))
        # Before one is known, it speaks the browser's language.
        self.language = "en"
        expect(self.button(page, "signIn.button")).to_be_visible()

    def press(self, page: Page, name: str) -> None:
        self.tab_to(page, name)
        page.keyboard.press("Enter")

    def tab_to(self, page: Page, name: str) -> None:
        """With the Tab key, to what a screen reader calls so."""
        focused = """() => {
            const one = document.activeElement;
            return one.ariaLabel || one.labels?.[0]?.textContent || one.textContent || "";
        }"""
        for _ in range(150):
            if page.evaluate(focused).strip().startswith(name):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not lead to {name}")
