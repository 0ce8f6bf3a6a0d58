"""The page for everybody: keyboard, screen reader, narrow, dark, still."""

from playwright.sync_api import expect

from browser import DIGEST, POCKET, URL, BrowserTest, fresh

# Reads an element as a screen reader does: its name, or its text.
FOCUSED = """() => {
    const element = document.activeElement;
    return element.id || element.ariaLabel || element.value || element.textContent.trim();
}"""

# What stands beyond an edge of the window, also where no scrolling leads to it.
OUTSIDE = """() => [...document.querySelectorAll("main *")].filter(element => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (left < 0 || right > innerWidth);
}).map(element => element.outerHTML.slice(0, 100))"""


class Access(BrowserTest):
    def test_axe_finds_no_barrier_in_either_theme_at_either_width(self) -> None:
        # axe puts its own elements into the page, which the page's policy would refuse.
        phone = fresh()
        self.write_as(phone)
        self.say("היי! קוראים לי נועם לוי ואני מחיפה")
        expect(self.value("Name")).to_have_text("נועם לוי", timeout=DIGEST)
        self.until_next_second()
        self.say("היי, אפשר לקבוע תור?")
        for scheme in ("light", "dark"):
            for size in ({"width": 1280, "height": 800}, POCKET):
                page = self.open(bypass_csp=True, color_scheme=scheme, viewport=size)
                self.write_as(phone, page)
                expect(page.locator("#messages .replies")).to_have_count(1)
                for fold in page.locator("details").all():
                    fold.evaluate("fold => fold.open = true")
                for view in ("Phone", "Memory"):
                    if size is POCKET:
                        page.get_by_role("button", name=view).click()
                    with self.subTest(scheme=scheme, size=size, view=view):
                        self.assert_no_barrier(page)

    def test_everything_is_done_by_keyboard(self) -> None:
        page = self.write_as(fresh())
        page.keyboard.press("Tab")
        self.assertEqual(page.evaluate(FOCUSED), "skip")
        page.keyboard.press("Enter")
        self.assertEqual(page.evaluate(FOCUSED), "text")
        page.keyboard.type("Hi, when are you")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("open?")
        page.keyboard.press("Enter")
        expect(page.locator(".mine .said")).to_have_text("Hi, when are you\nopen?", use_inner_text=True)
        expect(page.locator(".theirs")).to_have_count(1)
        page.keyboard.press("Shift+Tab")
        self.assertTrue(page.evaluate(FOCUSED).startswith("Quote: "))
        page.keyboard.press("Enter")
        expect(page.locator("#quoting")).to_be_visible()
        self.assertEqual(page.evaluate(FOCUSED), "text")
        page.keyboard.press("Escape")
        expect(page.locator("#quoting")).to_be_hidden()

    def test_the_order_of_focus_is_that_of_the_page(self) -> None:
        page = self.write_as(fresh())
        self.say("Hi")
        expect(page.get_by_role("button", name="Close it now")).to_be_enabled()
        page.locator("#skip").focus()
        order = []
        for _ in range(11):
            page.keyboard.press("Tab")
            order.append(page.evaluate(FOCUSED))
        customer = page.locator("input:checked").input_value()
        expected = [
            customer,
            "add",
            "call",
            "conversation",
            "Quote: ",
            "text",
            "attach",
            "record",
            "Send",
            "mode-change",
            "close-now",
        ]
        for found, wanted in zip(order, expected, strict=True):
            self.assertTrue(found.startswith(wanted), order)

    def test_customers_are_chosen_with_the_arrow_keys(self) -> None:
        page = self.page
        page.goto(f"{URL}/")
        page.get_by_role("radio").first.focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#memory-name")).to_have_text("Dana Levi")
        expect(page.get_by_role("radio", name="Dana Levi")).to_be_focused()
        expect(page.locator("#phone")).to_have_attribute("dir", "ltr")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#phone")).to_have_attribute("dir", "rtl")

    def test_nothing_is_wider_than_a_phone(self) -> None:
        phone = fresh()
        self.write_as(phone)
        self.say("Hi, my name is Dana Levi")
        self.say("w" * 300)
        for width in (390, 320):
            page = self.write_as(phone, self.open(viewport={"width": width, "height": 640}))
            expect(page.locator(".theirs")).to_have_count(2)
            for view in ("Phone", "Memory"):
                page.get_by_role("button", name=view).click()
                wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
                self.assertLessEqual(wide, 0, (width, view))
                self.assertEqual(page.evaluate(OUTSIDE), [], (width, view))

    def test_each_message_is_read_in_its_own_direction(self) -> None:
        page = self.write_as(fresh())
        self.say("שלום, I am Dana")
        self.say("Hello, אני דנה")
        said = page.locator(".mine .said")
        for place, direction in ((0, "rtl"), (1, "ltr")):
            self.assertEqual(said.nth(place).evaluate("e => getComputedStyle(e).direction"), direction)
        self.assertEqual(said.nth(0).get_attribute("lang"), "he")

    def test_nothing_moves_for_who_does_not_want_it(self) -> None:
        page = self.open(reduced_motion="reduce")
        self.write_as(fresh(), page)
        moving = "() => document.getAnimations().filter(animation => animation.playState === 'running').length"
        page.locator("#typing").evaluate("element => element.hidden = false")
        self.assertEqual(page.evaluate(moving), 0)
        self.page.goto(page.url)
        self.page.locator("#typing").evaluate("element => element.hidden = false")
        self.assertEqual(self.page.evaluate(moving), 3)

    def test_new_messages_are_announced_and_old_ones_are_not_read_out(self) -> None:
        page = self.write_as(fresh())
        log = page.get_by_role("log", name="Conversation")
        expect(log).to_have_attribute("aria-busy", "false")
        self.say("Hi")
        expect(log.get_by_role("listitem").last).to_contain_text("The business: ")
