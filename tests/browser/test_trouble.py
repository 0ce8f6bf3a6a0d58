"""What one sees when something does not work."""

import json
from typing import Any

from playwright.sync_api import Route, expect

from browser import URL, BrowserTest, fresh


class Trouble(BrowserTest):
    def test_a_text_that_was_not_sent_is_told_and_kept(self) -> None:
        page = self.write_as(fresh())
        page.route("**/say", lambda route: route.abort())
        box = page.get_by_label("Message", exact=True)
        box.fill("Is anybody there?")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Not sent. The simulator does not answer.")
        expect(box).to_have_value("Is anybody there?")
        page.unroute("**/say")
        page.keyboard.press("Enter")
        expect(page.locator(".theirs")).to_have_count(1)
        expect(page.locator("#refused")).to_be_hidden()

    def test_a_page_that_lost_the_simulator_says_so_and_comes_back(self) -> None:
        page = self.page
        # A connection that breaks is taken up by the browser, one that is refused by the page.
        for lost in (lambda route: route.abort(), lambda route: route.fulfill(status=503)):
            page.route("**/page/live*", lost)
            page.goto(f"{URL}/#{fresh()}")
            page.reload()
            expect(page.get_by_text("The simulator does not answer. Trying again…")).to_be_visible()
            page.unroute("**/page/live*")
            expect(page.locator("#link")).to_be_hidden()
            expect(page.locator("#profile > *")).not_to_have_count(0)

    def test_a_message_the_webhook_refused_is_told_and_sent_once_more_with_the_same_id(self) -> None:
        message = {
            "id": "wamid.X",
            "mine": True,
            "kind": "text",
            "text": "Hi",
            "quotes": None,
            "at": "2026-11-01T10:00:00Z",
            "progress": "refused",
            "refusal": 503,
        }
        self.feed(phone={"messages": [message], "typing_until": None})
        sent: list[dict[str, str]] = []

        def lose(route: Route) -> None:
            sent.append(route.request.post_data_json)
            route.abort()

        self.page.route("**/say", lose)
        expect(self.page.locator(".refusal")).to_contain_text("Not delivered: the webhook answered 503.")
        ends = self.page.locator(".mine .bubble, .refusal").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect().right)"
        )
        self.assertAlmostEqual(*ends, delta=1)
        self.page.get_by_role("button", name="Try again").click()
        expect(self.page.get_by_role("alert")).to_contain_text("Not sent.")
        self.assertEqual((sent[0]["id"], sent[0]["text"]), ("wamid.X", "Hi"))

    def test_a_memory_that_cannot_be_read_is_told(self) -> None:
        self.feed(memory={"error": "admin lead show: the store does not answer"})
        expect(self.page.get_by_role("alert")).to_contain_text("The memory cannot be read right now.")
        expect(self.page.get_by_role("button", name="Take over")).to_be_disabled()

    def test_a_digest_that_fails_is_told(self) -> None:
        self.feed(memory={"known": True, "mode": "ai", "session": None, "digesting": 1, "failed_digests": 3})
        expect(self.page.locator("#session")).to_contain_text("failed 3×")

    def test_what_another_model_is_told_is_not_claimed_to_be_known(self) -> None:
        self.feed(
            about={
                "business": "x",
                "remembers": False,
                "model": "some-model",
                "is_offline": False,
                "idle_seconds": 900,
            },
            prompt={"reply": None, "digest": None},
            memory={"known": False},
        )
        self.page.locator("#prompt-reply summary").click()
        expect(self.page.locator("#prompt-reply")).to_contain_text("some-model: its prompts do not pass")
        expect(self.page.locator("#memory-off")).to_be_visible()
        expect(self.page.locator("#profile")).to_contain_text("silent for 15 minutes")

    def test_who_is_on_a_button_stays_there_when_its_message_changes(self) -> None:
        message = {"id": "wamid.X", "mine": False, "kind": "text", "text": "Hi", "at": "2026-11-01T10:00:00Z"}
        self.feed(phone={"messages": [message], "typing_until": None})
        quote = self.page.get_by_role("button", name="Quote: Hi")
        quote.focus()
        self.tell(phone={"messages": [{**message, "progress": "read"}], "typing_until": None})
        expect(self.page.locator(".theirs .status")).to_have_text("read")
        expect(quote).to_be_focused()

    def feed(self, **events: Any) -> None:
        """The page, told this and nothing else."""
        self.tell(**events)
        self.page.goto(f"{URL}/#{fresh()}")

    def tell(self, **events: Any) -> None:
        """What the page is told from its next connection on."""
        body = "".join(f"event: {name}\ndata: {json.dumps(told)}\n\n" for name, told in events.items())
        self.page.route("**/page/live*", lambda route: route.fulfill(content_type="text/event-stream", body=body))
