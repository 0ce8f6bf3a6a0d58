"""The figures in the console: what is shown of them, and the conversations behind."""

import json
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from browser import POCKET
from desk import WIDE, Customer, DeskTest, answer, api, eventually
from paths import ROOT

KNOWN = json.loads((ROOT / "functions/api/openapi.json").read_text())["paths"]
RATES = ("ai_alone", "handed_over", "continued", "used", "accepted", "precision", "named", "three_fields", "stale")
TOTAL = {
    "conversations": 148,
    "calls": 12,
    "asked_again": 7,
    "named": 60,
    "three_fields": 30,
    "lag_s.60": 90,
    "lag_s.more": 30,
    "handed_over.unanswered": 2,
    "handed_over.customer_asked": 9,
    "rejected.no_evidence": 6,
    "rejected.brand_new": 12,
    "continued": 5,
    "started_fresh": 4,
    "known.name": 20,
    "known_days.name": 100,
    "known.city": 10,
    "known_days.city": 410,
    "stale.city": 3,
    "suggestions_accepted": 2,
    "whatsapp.service.regular": 300,
    "whatsapp.marketing.free_entry_point": 20,
    "whatsapp.promo.odd": 1,
}
# Where the filled part of a bar begins and ends, from the left edge of its frame to the right one: 0 to 1.
FILLED = """bar => {
    const [frame, full] = [bar, bar.lastElementChild].map(one => one.getBoundingClientRect());
    return [(full.left - frame.left) / frame.width, (full.right - frame.left) / frame.width];
}"""


def figures() -> dict[str, Any]:
    day = date(2026, 11, 1)
    counts = [
        {"conversations": 4 + n % 5, "ai_alone": 3 + n % 4, "answers": 9, "ai_corrected": 1, "stale.a": 1, "stale.b": 2}
        for n in range(25)
    ]
    return {
        "time_zone": "Asia/Jerusalem",
        "from": "2026-11-01",
        "to": "2026-11-30",
        "days": [{"day": str(day + timedelta(n)), "counts": one} for n, one in enumerate(counts)],
        "total": TOTAL,
        "now": {"leads": 80, "suggestions_open": 3, "values.ai_extraction": 50, "values.manual": 25},
        "cost": {"currency": "USD", "model": 1.5, "whatsapp": 2.5, "unpriced": ["whatsapp.promo.odd"]},
        "rates": dict.fromkeys(RATES, 0.93) | {"continued": None, "stale": 0.1, "named": 0.41, "three_fields": 0.17},
        "answer_seconds": {"p50": 5, "p95": 20},
        "lag_seconds": {"p50": 300, "p95": None},
    }


def listed(route: Route) -> None:
    # A page holds what counts of the sessions that were looked through: the list goes on behind it.
    page, more = ("2", None) if "cursor=" in route.request.url else ("1", "more")
    one = {"lead": f"LEAD{page}", "session": f"S{page}", "channel": "call", "opened_at": "2026-11-03T09:00:00Z"}
    answer(route, body={"day": "2026-11-03", "sessions": [{**one, "count": 1, "ended_at": None}], "next": more})


class ConsoleFigures(DeskTest):
    def setUp(self) -> None:
        if "/v1/figures" not in KNOWN:
            self.skipTest("this API has no figures")
        super().setUp()

    def at_figures(self, language: str, body: dict[str, Any] | None = None, **settings: Any) -> Page:
        page = self.desk(language, bypass_csp=True, **settings)
        page.route("**/v1/figures*", lambda route: answer(route, body=body or figures()))
        page.route("**/v1/figures/**", listed)
        page.get_by_role("link", name=self.said("nav.figures")).click()
        expect(page.get_by_role("heading", name=self.said("figures.title"), exact=True)).to_be_visible()
        return page

    def card(self, page: Page, key: str) -> Locator:
        """The figure with this title."""
        title = page.get_by_role("heading", name=self.said(key), exact=True)
        return page.locator(".figure").filter(has=title)

    def shows(self, page: Page, key: str, text: str) -> None:
        expect(self.card(page, key).locator(".big")).to_have_text(text)

    def made_of(self, page: Page, key: str, *parts: str) -> None:
        expect(self.card(page, key).locator(".parts li")).to_have_text(list(parts))

    def test_what_was_counted_is_shown_with_what_stands_behind_it(self) -> None:
        page = self.at_figures("en")
        card = page.locator(".figure").filter(has_text=self.said("figures.conversations")).first
        expect(card.locator(".big")).to_have_text("148")
        expect(card.locator("rect")).to_have_count(25)
        tokens = page.locator(".figure").filter(has_text=self.said("figures.tokens"))
        expect(tokens.locator(".big")).to_contain_text("$1.5")
        alone = page.locator(".figure").filter(has_text=self.said("figures.ai_alone"))
        expect(alone.locator(".big")).to_have_text("93%")
        expect(page.locator(".figure").filter(has_text=self.said("figures.continued")).locator(".big")).to_have_text(
            "–"
        )
        card.get_by_text(self.said("figures.byDay")).click()
        card.get_by_role("row").nth(2).get_by_role("button").click()
        expect(card.get_by_role("link")).to_have_count(2)
        expect(card.get_by_role("link").first).to_have_attribute("href", "#/leads/LEAD1")
        corrected = page.locator(".figure").filter(has_text=self.said("figures.precision"))
        corrected.get_by_text(self.said("figures.byDay")).click()
        # No conversation stands behind what people did.
        expect(corrected.get_by_role("button")).to_have_count(0)

    def test_every_figure_is_shown_in_both_languages(self) -> None:
        for language in ("en", "he"):
            with self.subTest(language):
                page = self.at_figures(language)
                self.assertEqual(page.locator("html").get_attribute("dir"), "rtl" if language == "he" else "ltr")
                self.shows(page, "figures.stale", "10%")
                self.shows(page, "figures.asked_again", "7")
                self.shows(page, "figures.calls", "12")
                self.shows(page, "figures.suggestions_accepted", "2")
                self.shows(page, "figures.suggestions_dismissed", "0")
                within = f"{self.said('figures.minutes', n='5')} · {self.said('figures.longer')}"
                self.shows(page, "figures.lag", within)
                expect(self.card(page, "figures.whatsapp").locator(".big")).to_contain_text("321 · ")
                self.are_made_of_their_parts(page)
                self.has_shares_of_the_days_and_of_now(page)

    def are_made_of_their_parts(self, page: Page) -> None:
        said = self.said
        causes = (f"{said('cause.customer_asked')} 9", f"{said('cause.unanswered')} 2")
        self.made_of(page, "parts.handed_over", *causes)
        # What nobody here has a word for yet is called what the API calls it.
        self.made_of(page, "parts.rejected", "brand_new 12", f"{said('reason.no_evidence')} 6")
        self.made_of(page, "parts.returning", f"{said('choice.continued')} 5", f"{said('choice.started_fresh')} 4")
        ages = [("city", "3", "10", "41"), ("name", "0", "20", "5")]
        texts = [
            f"{said(f'field.{name}')} {said('figures.staleOf', stale=stale, known=known, days=days)}"
            for name, stale, known, days in ages
        ]
        self.made_of(page, "parts.freshness", *texts)
        self.made_of(
            page,
            "parts.whatsapp",
            f"{said('category.service')} · {said('pricing.regular')} 300",
            f"{said('category.marketing')} · {said('pricing.free_entry_point')} 20",
            f"promo · odd 1 · {said('figures.unpriced')}",
        )
        self.made_of(page, "parts.values", f"{said('source.ai_extraction')} 50", f"{said('source.manual')} 25")
        # A bar grows from where one begins to read.
        bars = self.card(page, "parts.rejected").locator(".length")
        begin, end = (0.5, 1) if self.language == "he" else (0, 0.5)
        for found, wanted in zip(bars.nth(1).evaluate(FILLED), (begin, end), strict=True):
            self.assertAlmostEqual(found, wanted, delta=0.02)

    def has_shares_of_the_days_and_of_now(self, page: Page) -> None:
        # 60 and 30 of the 120 that were summed up; beside what holds of all customers now, which is of no day.
        self.shows(page, "figures.named", "50%")
        self.shows(page, "figures.three_fields", "25%")
        for key, value in (("leads", "80"), ("named", "41%"), ("three_fields", "17%"), ("suggestions_open", "3")):
            self.shows(page, f"now.{key}", value)
            expect(self.card(page, f"now.{key}").locator(".bars, details")).to_have_count(0)

    def test_a_conversation_behind_several_counts_of_a_card_is_listed_once(self) -> None:
        page = self.at_figures("en")
        stale = self.card(page, "figures.stale")
        stale.get_by_text(self.said("figures.byDay")).click()
        behind = stale.get_by_role("row").nth(2)
        day = behind.get_by_role("button")
        expect(day).to_have_text("3")
        day.click()
        expect(behind.get_by_role("link")).to_have_count(2)
        expect(behind.get_by_role("listitem").first).to_contain_text("× 2")

    def test_where_nothing_was_counted_it_says_so(self) -> None:
        nothing = {"days": [], "total": {}, "now": {}, "rates": dict.fromkeys(RATES)}
        page = self.at_figures("en", figures() | nothing)
        expect(page.get_by_text(self.said("figures.none"))).to_be_visible()
        self.shows(page, "now.leads", "0")
        self.shows(page, "now.named", "–")
        expect(self.card(page, "parts.values").get_by_text(self.said("figures.noParts"))).to_be_visible()
        expect(page.locator(".bars")).to_have_count(0)

    def test_an_exchange_is_counted_and_shown(self) -> None:
        before = api("GET", "/figures")["total"].get("conversations", 0)
        customer = Customer()
        customer.says("Hi, my name is Noam Levi and I live in Haifa")
        customer.remembered("city")
        eventually(lambda: api("GET", "/figures")["total"].get("conversations", 0) > before)
        page = self.desk("en")
        with page.expect_response(lambda one: "/v1/figures?" in one.url) as told:
            page.get_by_role("link", name=self.said("nav.figures")).click()
        counted = told.value.json()
        total, now = counted["total"], counted["now"]
        self.assertGreater(total["conversations"], before)
        conversations = self.card(page, "figures.conversations")
        expect(conversations.locator(".big")).to_have_text(f"{total['conversations']:,}")
        read = self.card(page, "parts.values").locator(".parts li").filter(has_text=self.said("source.ai_extraction"))
        expect(read.locator(".count")).to_have_text(f"{now['values.ai_extraction']:,}")
        charged = f"{self.said('category.service')} · {self.said('pricing.regular')}"
        sent = self.card(page, "parts.whatsapp").locator(".parts li").filter(has_text=charged)
        expect(sent.locator(".count")).to_contain_text(f"{total['whatsapp.service.regular']:,}")
        conversations.get_by_text(self.said("figures.byDay")).click()
        conversations.get_by_role("row").last.get_by_role("button").click()
        expect(conversations.get_by_role("link")).not_to_have_count(0)

    def test_there_is_no_barrier_in_either_direction(self) -> None:
        for language, scheme, size in (("he", "light", WIDE), ("en", "dark", POCKET)):
            page = self.at_figures(language, color_scheme=scheme, viewport=size)
            page.locator("summary").first.click()
            self.assert_no_barrier(page)
            wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
            self.assertLessEqual(wide, 0)
