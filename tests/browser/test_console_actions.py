"""What is to be done for a customer, in the console: planned, moved, cancelled; and nothing of it while it is off."""

from datetime import datetime, timedelta, timezone

from playwright.sync_api import Route, expect

from desk import Customer, DeskTest, api

TEXT = "תזכורת: התור שלך מחר"


class Actions(DeskTest):
    def setUp(self) -> None:
        super().setUp()
        api("PATCH", "/settings", {"enable_actions": True})
        self.addCleanup(api, "PATCH", "/settings", {"enable_actions": None})

    def test_what_is_to_be_done_is_planned_moved_and_cancelled(self) -> None:
        for language in ("he", "en"):
            with self.subTest(language=language):
                self.plans(language)

    def plans(self, language: str) -> None:
        customer = Customer()
        customer.says("היי")
        page = self.desk(language)
        self.go_to(page, customer)
        part = page.locator(".actions-list")
        expect(part.get_by_text(self.said("actions.none"))).to_be_visible()
        due = datetime.now() + timedelta(days=30)
        part.get_by_label(self.said("actions.label")).fill(TEXT)
        part.get_by_label(self.said("actions.kind")).select_option("person")
        part.get_by_label(self.said("actions.when")).fill(due.strftime("%Y-%m-%dT10:00"))
        self.button(part, "actions.add").click()
        one = part.locator(".one-action")
        expect(one.locator(".words")).to_have_text(TEXT)
        expect(one.get_by_text(self.said("action.person"))).to_be_visible()
        self.button(one, "actions.move").click()
        one.get_by_label(self.said("actions.when")).fill(due.strftime("%Y-%m-%dT11:30"))
        self.button(one, "memory.save").click()
        expect(one.get_by_text("11:30")).to_be_visible()
        self.button(one, "actions.cancel").click()
        expect(one.get_by_text(self.said("end.cancelled"), exact=True)).to_be_visible()
        expect(one.get_by_text(self.said("why.staff"))).to_be_visible()
        expect(self.button(one, "actions.cancel")).to_have_count(0)
        [kept] = api("GET", f"/leads/{customer.lead}/actions")["actions"]
        self.assertEqual((kept["kind"], kept["text"], kept["ended"]["end"]), ("person", TEXT, "cancelled"))

    def test_one_that_waits_behind_the_first_page_is_shown_on_demand(self) -> None:
        for language in ("he", "en"):
            with self.subTest(language=language):
                self.shows_more(language)

    def shows_more(self, language: str) -> None:
        customer = Customer()
        customer.says("היי")
        soon = datetime.now(timezone.utc) + timedelta(days=30)
        for n in range(3):
            due = (soon + timedelta(days=n)).isoformat()
            api("POST", f"/leads/{customer.lead}/actions", {"kind": "person", "text": f"No. {n}", "due_at": due})
        page = self.desk(language)
        page.route("**/actions?*", self.two_at_once)
        self.go_to(page, customer)
        part = page.locator(".actions-list")
        shown = part.locator(".one-action .words")
        # Entered first, it stands on the last page; due first, it is shown first.
        expect(shown).to_have_text(["No. 1", "No. 2"])
        self.button(part, "actions.more").click()
        expect(shown).to_have_text(["No. 0", "No. 1", "No. 2"])
        expect(self.button(part, "actions.more")).to_have_count(0)
        # What is read anew is all that is shown.
        self.button(part.locator(".one-action").first, "actions.cancel").click()
        expect(shown).to_have_text(["No. 1", "No. 2", "No. 0"])

    def two_at_once(self, route: Route) -> None:
        self.assertIn("limit=50", route.request.url)
        route.continue_(url=route.request.url.replace("limit=50", "limit=2"))
