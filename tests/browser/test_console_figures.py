"""The figures in the console: what is shown of them, and the conversations behind."""

import json
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page, Route, expect

from browser import POCKET
from desk import WIDE, DeskTest, answer
from paths import ROOT
from test_console_access import ConsoleAccess

KNOWN = json.loads((ROOT / "functions/api/openapi.json").read_text())["paths"]
RATES = ("ai_alone", "handed_over", "continued", "used", "accepted", "precision", "named", "three_fields", "stale")


def figures() -> dict[str, Any]:
    day = date(2026, 11, 1)
    counts = [{"conversations": 4 + n % 5, "ai_alone": 3 + n % 4, "answers": 9, "ai_corrected": 1} for n in range(25)]
    return {
        "time_zone": "Asia/Jerusalem",
        "from": "2026-11-01",
        "to": "2026-11-30",
        "days": [{"day": str(day + timedelta(n)), "counts": one} for n, one in enumerate(counts)],
        "total": {"conversations": 148},
        "now": {"suggestions_open": 3},
        "cost": {"currency": "USD", "model": 1.5, "whatsapp": None, "unpriced": []},
        "rates": dict.fromkeys(RATES, 0.93) | {"continued": None},
        "answer_seconds": {"p50": 5, "p95": 20},
        "lag_seconds": {"p50": 60, "p95": None},
    }


def told(route: Route) -> None:
    if "/sessions" not in route.request.url:
        answer(route, body=figures())
        return
    # A page holds what counts of the sessions that were looked through: the list goes on behind it.
    page, more = ("2", None) if "cursor=" in route.request.url else ("1", "more")
    one = {"lead": f"LEAD{page}", "session": f"S{page}", "channel": "call", "opened_at": "2026-11-03T09:00:00Z"}
    answer(route, body={"day": "2026-11-03", "sessions": [{**one, "count": 1, "ended_at": None}], "next": more})


class ConsoleFigures(DeskTest):
    def setUp(self) -> None:
        if "/v1/figures" not in KNOWN:
            self.skipTest("this API has no figures")
        super().setUp()

    def at_figures(self, language: str, **settings: Any) -> Page:
        page = self.desk(language, bypass_csp=True, **settings)
        page.route("**/v1/figures*", told)
        page.route("**/v1/figures/**", told)
        page.get_by_role("link", name=self.said("nav.figures")).click()
        expect(page.get_by_role("heading", name=self.said("figures.title"), exact=True)).to_be_visible()
        return page

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

    def test_there_is_no_barrier_in_either_direction(self) -> None:
        for language, scheme, size in (("he", "light", WIDE), ("en", "dark", POCKET)):
            page = self.at_figures(language, color_scheme=scheme, viewport=size)
            page.locator("summary").first.click()
            ConsoleAccess.assert_no_barrier(self, page)  # type: ignore[arg-type]
            wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
            self.assertLessEqual(wide, 0)
