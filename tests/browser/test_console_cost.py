"""What the console costs: its first load, the calls behind each screen, and a list of ten thousand."""

import urllib.request
from datetime import datetime, timedelta, timezone
from typing import Any

from playwright.sync_api import Page, Route, expect

from desk import CONSOLE, PAUSE, Customer, DeskTest, answer

# Compressed, in bytes.
FIRST_LOAD = 150_000
MANY = 10_000
PAGE = 100
# Notes for how long the script held the page up.
WATCH = """() => {
    window.pauses = [];
    new PerformanceObserver(list => list.getEntries().forEach(one => window.pauses.push(one.duration)))
        .observe({ type: "longtask" });
}"""


def row(number: int) -> dict[str, Any]:
    at = datetime(2026, 11, 1, tzinfo=timezone.utc) - timedelta(minutes=number)
    return {
        "lead": f"LEAD{number}",
        "name": f"Customer {number}",
        "phone": f"+9725550{number:05}",
        "whatsapp_username": None,
        "last_interaction_at": at.isoformat(),
        "last_channel": "whatsapp",
        "mode": "human" if number % 50 == 0 else "ai",
        "waiting": 0,
        "to_confirm": [],
    }


class Cost(DeskTest):
    def test_the_first_load_is_small(self) -> None:
        loaded = []
        page = self.open()
        page.on("response", lambda one: loaded.append(one.url))
        page.goto(CONSOLE)
        page.get_by_role("button").first.wait_for()
        files = [url for url in loaded if "/console" in url]
        self.assertLessEqual(len(files), 4, files)
        size = 0
        for url in files:
            with urllib.request.urlopen(url, timeout=30) as one:
                size += len(one.read())
        self.assertLessEqual(size, FIRST_LOAD)

    def test_it_is_there_within_a_second_on_a_slow_processor(self) -> None:
        page = self.desk("en")
        slow = page.context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.route("**/v1/**", lambda route: self.offline_answer(route))
        page.reload()
        page.locator(".lead-row").first.wait_for()
        drawn = page.evaluate("performance.now()")
        self.assertLess(drawn, 1_500)

    def offline_answer(self, route: Route) -> None:
        if "/me" in route.request.url:
            answer(route, body={"business": "demo", "role": "admin"})
        elif "/settings" in route.request.url:
            answer(
                route,
                body={"name": "Demo", "language": "en", "fields": None, "routes": [], "session_idle_seconds": 900},
            )
        else:
            answer(route, body={"leads": [row(number) for number in range(50)], "next": None})

    def test_each_screen_makes_few_calls_and_a_hidden_one_none(self) -> None:
        customer = Customer()
        customer.says("Hi")
        page = self.desk("en")
        calls: list[str] = []
        page.on("request", lambda one: calls.extend([one.url] if "/v1/" in one.url else []))
        page.reload()
        page.locator(".lead-row").first.wait_for()
        page.wait_for_timeout(500)
        # Who one is, the settings, the customers and, where there are many, one further page.
        self.assertLessEqual(len(calls), 4, calls)
        calls.clear()
        self.go_to(page, customer)
        page.wait_for_timeout(500)
        self.assertLessEqual(len([url for url in calls if "/leads/" in url]), 4, calls)
        calls.clear()
        page.get_by_role("link", name=self.said("nav.settings")).click()
        page.wait_for_timeout(500)
        self.assertEqual(calls, [])
        self.hide(page)
        page.get_by_role("link", name=self.said("nav.conversations")).click()
        calls.clear()
        page.wait_for_timeout(17_000)
        self.assertEqual(calls, [])

    def hide(self, page: Page) -> None:
        page.evaluate("""() => Object.defineProperty(document, "visibilityState", { get: () => "hidden" })""")

    def test_what_is_on_the_screen_is_read_anew_with_two_calls_a_turn_at_most(self) -> None:
        listed = {number: row(number) for number in range(150)}
        calls: list[str] = []

        def leads(route: Route) -> None:
            url = route.request.url
            calls.append(url)
            if "/leads/" in url:
                return answer(route, status=404)
            begin = int(url.split("cursor=")[1]) if "cursor=" in url else 0
            end = begin + (PAGE if begin else 50)
            rows = [one for number, one in listed.items() if begin <= number < end]
            return answer(route, body={"leads": rows, "next": str(end) if end < 150 else None})

        def turn() -> None:
            calls.clear()
            page.clock.fast_forward(16_000)
            page.wait_for_timeout(500)
            self.assertLessEqual(len(calls), 2, calls)

        page = self.desk("en")
        page.route("**/v1/leads*", leads)
        page.route("**/v1/leads/**", leads)
        page.clock.install()
        page.reload()
        box = page.locator(".scroller")
        expect(page.locator(".leads-head .count")).to_have_text(self.said("leads.count", n="150"))
        self.assertEqual(len(calls), 2, calls)
        # Far down, and on the screen.
        box.evaluate("box => { box.scrollTop = box.scrollHeight; }")
        last = page.locator("[data-lead=LEAD149]")
        listed[149]["name"] = "Renamed"
        expect(last.locator(".who")).to_have_text("Customer 149")
        turn()
        expect(last.locator(".who")).to_have_text("Renamed")
        # Not there any more: the page says so, then the customer themselves.
        del listed[149]
        for _ in range(4):
            turn()
        expect(last).to_have_count(0)
        expect(page.locator("[data-lead=LEAD148]")).to_have_count(1)
        # Far down, and seen by nobody: who needs a person comes up all the same.
        box.evaluate("box => { box.scrollTop = 0; }")
        listed[120]["mode"] = "human"
        for _ in range(4):
            turn()
        expect(page.locator("[data-lead=LEAD120].needs")).to_be_visible()

    def test_ten_thousand_customers_are_scrolled_without_a_pause(self) -> None:
        page = self.desk("en")

        def leads(route: Route) -> None:
            url = route.request.url
            begin = int(url.split("cursor=")[1]) if "cursor=" in url else 0
            many = PAGE if begin else 50
            rows = [row(number) for number in range(begin, min(begin + many, MANY))]
            answer(route, body={"leads": rows, "next": str(begin + many) if begin + many < MANY else None})

        page.route("**/v1/leads?*", leads)
        page.reload()
        page.locator(".lead-row").first.wait_for()
        page.wait_for_timeout(1_000)
        page.evaluate(WATCH)
        down = """async () => {
            const box = document.querySelector(".scroller");
            const frame = () => new Promise(requestAnimationFrame);
            for (let still = 0; still < 90; ) {
                const before = box.scrollHeight;
                box.scrollTop = Math.min(box.scrollTop + 3000, box.scrollHeight);
                await frame(); await frame();
                const end = box.scrollTop + box.clientHeight > box.scrollHeight - 50;
                still = end && box.scrollHeight === before ? still + 1 : 0;
            }
            for (let n = 0; n < 120; n += 1) { box.scrollTop = Math.random() * box.scrollHeight; await frame(); }
            return document.querySelectorAll(".lead-row").length;
        }"""
        self.assertLess(page.evaluate(down), 60)
        expect(page.locator(".leads-head .count")).to_have_text(self.said("leads.count", n=f"{MANY:,}"))
        pauses = page.evaluate("window.pauses")
        self.assertLessEqual(max(pauses, default=0), PAUSE, pauses)
