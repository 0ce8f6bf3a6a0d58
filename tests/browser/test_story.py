"""What one sees on the page when a customer is remembered."""

import re
import time

from playwright.sync_api import expect

from browser import DIGEST, IDLE, URL, BrowserTest, admin, fresh, lead, until

INTRODUCTION = "היי! קוראים לי נועם לוי ואני מחיפה"
PRICE = "כמה עולה תספורת גברים?"
RETURN = "היי, אפשר לקבוע תור לשבוע הבא?"
QUESTION = "היי נועם לוי! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?"
FRESH = "להתחיל מחדש"


class Story(BrowserTest):
    def test_a_customer_is_answered_remembered_asked_and_starts_fresh(self) -> None:
        page = self.write_as(fresh())
        expect(page.get_by_text("No messages yet.")).to_be_visible()
        self.say(INTRODUCTION)
        expect(page.locator(".theirs .said").first).to_contain_text("נועם לוי")
        expect(page.locator(".mine .ticks")).to_have_class(re.compile("read"))
        self.say(PRICE)
        expect(page.locator(".theirs .said").last).to_contain_text("80")
        expect(page.locator("#session")).to_contain_text("Open, closes in")
        self.assert_remembered()
        summary = page.locator("#summary .lines p").all_inner_texts()
        self.assertTrue(5 <= len(summary) <= 10, summary)

        self.until_next_second()
        self.say(RETURN)
        expect(page.locator(".theirs .said").last).to_contain_text(QUESTION)
        self.assert_prompt_holds(summary, True)
        page.get_by_role("button", name=FRESH, exact=True).click()
        expect(page.locator(".theirs")).to_have_count(4)
        expect(page.locator(".replies .tapped")).to_have_text(FRESH)
        expect(page.locator(".replies button:enabled")).to_have_count(0)
        self.assert_prompt_holds([*summary, INTRODUCTION, PRICE, RETURN], False)

    def assert_remembered(self) -> None:
        expect(self.value("Name")).to_have_text("נועם לוי", timeout=DIGEST)
        expect(self.value("City")).to_have_text("חיפה")
        expect(self.page.locator("#profile dd").first).to_contain_text("read by the AI")
        expect(self.page.locator("#profile dd").first).to_contain_text("high confidence")
        expect(self.page.locator("#session")).to_have_text("None open")
        expect(self.page.locator("#notes li")).to_have_count(1)
        expect(self.page.locator("#news")).to_contain_text("Memory changed: Name, City")

    def assert_prompt_holds(self, texts: list[str], held: bool) -> None:
        fold = self.page.locator("#prompt-reply")
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
        expect(fold.locator("pre").first).to_contain_text("• name: נועם לוי")
        if not held:
            expect(fold.locator("pre").filter(has_text=FRESH)).not_to_have_count(0)
        prompt = "\n".join(fold.locator("pre").all_inner_texts())
        for text in texts:
            self.assertEqual(text in prompt, held, text)

    def test_the_session_is_closed_by_hand_before_it_would_close_by_itself(self) -> None:
        page = self.write_as(fresh())
        expect(page.get_by_role("button", name="Close it now")).to_be_disabled()
        self.say("Hi, my name is Dana Levi and I live in Haifa")
        answered = time.monotonic()
        page.get_by_role("button", name="Close it now").click()
        expect(page.locator("#session")).not_to_contain_text("Open")
        self.assertLess(time.monotonic() - answered, IDLE)
        expect(self.value("City")).to_have_text("Haifa")

    def test_a_person_takes_over_and_hands_back(self) -> None:
        phone = fresh()
        page = self.write_as(phone)
        self.say("Hi, how much is a haircut?")
        page.get_by_role("button", name="Take over").click()
        expect(page.locator("#mode")).to_have_text("A person")
        page.get_by_label("Message", exact=True).fill("Is anybody there?")
        page.keyboard.press("Enter")
        expect(page.locator(".mine")).to_have_count(2)

        def passed_on() -> bool:
            return [m["text"] for m in lead(phone)["messages"] if m.get("end") == "human_mode"] == ["Is anybody there?"]

        until(passed_on)
        page.get_by_role("button", name="Hand back to the AI").click()
        expect(page.locator("#mode")).to_have_text("The AI")
        expect(page.locator(".theirs")).to_have_count(1)
        self.say("And a beard trim?")

    def test_what_staff_enter_stands_and_what_the_ai_read_becomes_a_suggestion(self) -> None:
        phone = fresh()
        page = self.write_as(phone)
        self.say("Hi, my name is Dana Levi")
        admin("profile", "set", "--phone", f"+{phone}", "city", "Jaffa")
        expect(self.value("City")).to_have_text("Jaffa")
        self.until_next_second()
        self.say("I live in Haifa")
        expect(self.value("Name")).to_have_text("Dana Levi", timeout=DIGEST)
        city = page.locator("#profile dl > div").filter(has_text="City")
        expect(city).to_contain_text("entered by staff")
        expect(city.locator(".suggestion")).to_contain_text("The AI suggests: Haifa")
        expect(city.locator(".suggestion")).to_contain_text("a person's word stands")
        page.locator("#why summary").click()
        expect(page.locator("#changes li").filter(has_text="Haifa")).to_contain_text("not taken")

    def test_a_message_is_quoted(self) -> None:
        page = self.write_as(fresh())
        self.say("Hi, when are you open?")
        first = page.locator(".theirs .said").first.inner_text()
        page.locator(".theirs").first.hover()
        page.get_by_role("button", name="Quote:").click()
        # The page cuts what is long; the first answer is, for it says that an AI answers.
        expect(page.locator("#quoted")).to_have_text(first if len(first) <= 90 else f"{first[:90]}…")
        self.say("And on Friday?")
        expect(page.locator(".mine blockquote")).to_contain_text(first[:40])
        expect(page.locator("#quoting")).to_be_hidden()

    def test_a_customer_without_a_phone_number_is_remembered_too(self) -> None:
        page = self.page
        page.goto(f"{URL}/")
        page.get_by_role("radio", name=re.compile("Sam Taylor")).check()
        expect(page.locator("#memory-name")).to_have_text("Sam Taylor")
        expect(page.locator("#profile > *")).not_to_have_count(0)
        self.say("Hi, my name is Sam Taylor")
        expect(self.value("Name")).to_have_text("Sam Taylor", timeout=DIGEST)

    def test_each_customer_has_a_phone_and_a_memory_of_their_own(self) -> None:
        first, second = fresh(), fresh()
        page = self.write_as(first)
        self.say("היי, כמה עולה תספורת?")
        self.write_as(second)
        expect(page.locator("#messages li")).to_have_count(0)
        expect(page.locator("#prompt-reply")).to_be_hidden()
        self.write_as(first)
        expect(page.locator("#messages li")).to_have_count(2)
        expect(page.locator("#prompt-reply")).to_be_visible()
