"""What the console does when something is in the way: nobody loses what they typed, and all are told what to do."""

import json
from functools import partial
from typing import Any

from playwright.sync_api import Page, Route, expect

from desk import Customer, DeskTest, answer, api, eventually, sent_to


class Trouble(DeskTest):
    def at_customer(self) -> tuple[Page, Customer]:
        customer = Customer()
        customer.says("Hi, I live in Haifa")
        api("PATCH", f"/leads/{customer.lead}/profile", {"city": "Haifa"})
        page = self.desk("en")
        self.go_to(page, customer)
        return page, customer

    def edit(self, page: Page, value: str) -> None:
        city = self.field(page, "city")
        city.get_by_role("button", name=self.said("memory.correct")).click()
        city.get_by_role("textbox").fill(value)

    def test_a_sign_in_that_has_run_out_is_repeated_and_nothing_typed_is_lost(self) -> None:
        page, customer = self.at_customer()
        page.get_by_label(self.said("composer.label")).fill("Half a sen")
        self.edit(page, "Acre")
        token = json.loads(page.evaluate("sessionStorage.getItem('zikaron.token')"))
        page.evaluate("text => sessionStorage.setItem('zikaron.token', text)", json.dumps({**token, "access": "gone"}))
        expect(page.get_by_text(self.said("expired.text"))).to_be_visible()
        self.button(page, "expired.button").click()
        page.locator("button[value=admin]").click()
        expect(page.get_by_label(self.said("composer.label"))).to_have_value("Half a sen")
        expect(self.field(page, "city").get_by_role("textbox")).to_have_value("Acre")
        self.assertIn(customer.lead, page.url)

    def test_without_a_network_it_says_so_and_goes_on_by_itself(self) -> None:
        page, customer = self.at_customer()
        box = page.get_by_label(self.said("composer.label"))
        box.fill("Hello")
        page.context.set_offline(True)
        self.button(page, "composer.send").click()
        expect(page.get_by_text(self.said("error.0"))).to_be_visible()
        expect(page.get_by_text(self.said("trouble.offline"))).to_be_visible()
        expect(box).to_have_value("Hello")
        page.context.set_offline(False)
        expect(page.get_by_text(self.said("trouble.offline"))).to_have_count(0)
        self.button(page, "composer.send").click()
        expect(box).to_have_value("")
        expect(page.locator(".by-staff .words")).to_have_text("Hello")
        self.assertEqual(api("GET", f"/leads/{customer.lead}")["mode"], "human")

    def test_a_message_whose_answer_was_lost_is_not_sent_twice(self) -> None:
        page, customer = self.at_customer()
        lost: list[Any] = []

        def lose(route: Route) -> None:
            if lost:
                route.continue_()
            else:
                lost.append(route.fetch())
                route.abort()

        page.route("**/messages", lose)
        box = page.get_by_label(self.said("composer.label"))
        box.fill("Hello")
        self.button(page, "composer.send").click()
        expect(page.get_by_text(self.said("error.0"))).to_be_visible()
        expect(box).to_have_value("Hello")
        self.button(page, "composer.send").click()
        expect(box).to_have_value("")
        eventually(lambda: "Hello" in sent_to(customer.phone))
        expect(page.locator(".by-staff .words")).to_have_text("Hello")
        self.assertEqual(sent_to(customer.phone).count("Hello"), 1)

    def test_too_many_requests_are_waited_for(self) -> None:
        page, _ = self.at_customer()
        keys: list[str] = []

        def busy(route: Route) -> None:
            keys.append(route.request.headers["idempotency-key"])
            if len(keys) < 3:
                answer(route, status=429, body={"message": "Too Many Requests"}, **{"Retry-After": "1"})
            else:
                route.continue_()

        page.route("**/takeover", busy)
        self.button(page, "lead.takeOver").click()
        expect(page.get_by_text(self.said("trouble.busy"))).to_be_visible()
        expect(self.button(page, "lead.handBack")).to_be_visible()
        expect(page.get_by_text(self.said("trouble.busy"))).to_have_count(0)
        self.assertEqual(len(set(keys)), 1, "it takes effect once")

    def test_what_is_refused_is_explained(self) -> None:
        page, _ = self.at_customer()
        for status, problem, said in (
            (403, {}, self.said("error.403")),
            (409, {"detail": "no conversation"}, self.said("error.409", reason="no conversation")),
            (422, {"detail": "too long", "field": "city"}, self.said("error.other", reason="city: too long")),
            (503, {}, self.said("error.503")),
        ):
            page.route("**/takeover", partial(answer, status=status, body=problem))
            self.button(page, "lead.takeOver").click()
            expect(page.get_by_role("status").get_by_text(said)).to_be_visible()
            page.unroute("**/takeover")

    def test_of_a_value_others_changed_meanwhile_one_chooses(self) -> None:
        for keeps, stands in (("memory.keepTheirs", "Eilat"), ("memory.saveMine", "Acre")):
            page, customer = self.at_customer()
            self.edit(page, "Acre")
            api("PATCH", f"/leads/{customer.lead}/profile", {"city": "Eilat"})
            self.button(page, "memory.save").click()
            expect(page.locator(".conflict")).to_contain_text("Eilat")
            self.button(page, keeps).click()
            expect(self.field(page, "city").locator(":scope > .value")).to_have_text(stands)
            self.assertEqual(customer.profile()["city"]["value"], stands)

    def test_where_something_else_moved_meanwhile_it_is_saved_without_asking(self) -> None:
        page, customer = self.at_customer()
        self.edit(page, "Acre")
        api("POST", f"/leads/{customer.lead}/notes", {"text": "moved"})
        self.button(page, "memory.save").click()
        expect(self.field(page, "city").locator(":scope > .value")).to_have_text("Acre")

    def test_of_settings_others_changed_meanwhile_one_chooses(self) -> None:
        page = self.desk("en")
        before = api("GET", "/settings")
        keep = {name: before[name] for name in ("voice_minutes_per_day", "resume_max_gap_days")}
        self.addCleanup(lambda: api("PATCH", "/settings", keep))
        page.get_by_role("link", name=self.said("nav.settings")).click()
        minutes = page.get_by_label(self.said("setting.voice_minutes_per_day"))
        minutes.fill("21")
        minutes.blur()
        theirs: dict[str, Any] = {"voice_minutes_per_day": 22, "resume_max_gap_days": 33}
        api("PATCH", "/settings", theirs)
        self.button(page, "settings.save").click()
        expect(page.locator(".conflict")).to_contain_text("22")
        page.locator(".conflict").get_by_role("radio").last.check()
        page.locator(".conflict").get_by_role("button").click()
        self.button(page, "settings.save").click()
        expect(self.button(page, "settings.save")).to_have_count(0)
        now = api("GET", "/settings")
        self.assertEqual((now["voice_minutes_per_day"], now["resume_max_gap_days"]), (21, 33))

    def test_a_customer_who_is_not_there_is_said_not_to_be(self) -> None:
        page = self.desk("en")
        page.evaluate("location.hash = '#/leads/01NOBODY'")
        expect(page.get_by_text(self.said("lead.gone"))).to_be_visible()
