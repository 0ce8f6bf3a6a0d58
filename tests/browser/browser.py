"""A browser at the simulator's page, on the stack whose environment this runs in (`make browser`)."""

import itertools
import json
import os
import subprocess
import sys
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "infra" / "local"))

import chromium
from paths import target

URL = os.environ.get("SIMULATOR_URL", "")
IDLE = int(os.environ.get("SESSION_IDLE_SECONDS", "900"))
# An answer waits a second and a half for more messages; the rest is for a slow machine.
ANSWER = 30_000
# From the last message to the memory: the silence, the schedule and the digest.
DIGEST = (IDLE + 45) * 1000
# What axe holds a page to.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK = {"width": 1280, "height": 920}
POCKET = {"width": 390, "height": 844}

expect.set_options(timeout=ANSWER)
# Numbers nobody has; others on every run, so that a stack that stays up can be tested again and again.
DIGITS = itertools.count(int(time.time() * 10))


def fresh() -> str:
    """The phone number of a customer nobody knows."""
    return f"97255500{next(DIGITS) % 10_000:04}"


def admin(*arguments: str) -> str:
    """The operator's command."""
    command = [str(target() / "admin"), "--business", os.environ["BUSINESS_ID"], *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def lead(phone: str) -> dict[str, Any]:
    """The customer as the operator's command shows them."""
    shown: dict[str, Any] = json.loads(admin("lead", "show", "--phone", f"+{phone}", "--json"))
    return shown


def until(happened: Callable[[], bool]) -> None:
    """Asks again until it is so; each asking starts a command, which is pause enough."""
    deadline = time.monotonic() + ANSWER / 1000
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen in time")


class BrowserTest(unittest.TestCase):
    """One browser for a class of tests, one window for each test. An error in the page's scripts fails the test."""

    # What a window of this class has besides.
    window: ClassVar[dict[str, Any]] = {}
    # What Chromium is started with besides.
    flags: ClassVar[list[str]] = []
    playwright: ClassVar[Playwright]
    browser: ClassVar[Browser]
    page: Page

    @classmethod
    def setUpClass(cls) -> None:
        if not URL:
            raise unittest.SkipTest("no local stack: make browser")
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        # playwright starts it without Chromium's sandbox, which does not start for root; it sees our own page only.
        cls.browser = cls.playwright.chromium.launch(executable_path=chromium.find(), args=cls.flags)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self) -> None:
        self.page = self.open()

    def open(self, **settings: Any) -> Page:
        """A window of its own, as another person would have it."""
        context = self.browser.new_context(**{"viewport": DESK, **self.window, **settings})
        self.addCleanup(context.close)
        page = context.new_page()
        page.set_default_timeout(ANSWER)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"a dialog: {dialog.message}"))
        self.addCleanup(lambda: self.assertEqual(errors, []))
        return page

    def write_as(self, phone: str, page: Page | None = None) -> Page:
        """The page with this customer's phone, once it has been told everything."""
        page = page or self.page
        page.goto(f"{URL}/#{phone}")
        expect(page.locator(f"input[value='{phone}']")).to_be_checked()
        expect(page.locator("#profile > *")).not_to_have_count(0)
        return page

    def assert_no_barrier(self, page: Page) -> None:
        """axe finds nothing that keeps anybody out. The policy has to be off: it adds elements."""
        found = Axe().run(page, options=RULES).response["violations"]
        told = [
            (one["id"], [node["html"][:160] + " " + node["failureSummary"] for node in one["nodes"]]) for one in found
        ]
        self.assertEqual(told, [], json.dumps(told, ensure_ascii=False, indent=1))

    def refuses_markup_and_strangers(self, page: Page) -> None:
        """The page makes no markup of a text and asks nothing of anybody else."""
        refused = """async () => {
            const tried = [() => { document.body.innerHTML = "<p>x</p>"; }, () => fetch("http://127.0.0.1:9/")];
            const held = [];
            for (const attempt of tried) { try { await attempt(); held.push(false); } catch { held.push(true); } }
            const script = document.createElement("script");
            try { script.textContent = "window.hit = 1"; document.head.append(script); } catch { /* as it should */ }
            return [held, window.hit ?? null];
        }"""
        self.assertEqual(page.evaluate(refused), [[True, True], None])

    def say(self, text: str) -> None:
        """Writes, and waits for the one answer."""
        answers = self.page.locator("#messages .theirs")
        before = answers.count()
        self.page.get_by_label("Message", exact=True).fill(text)
        self.page.keyboard.press("Enter")
        expect(answers).to_have_count(before + 1)

    def value(self, field: str) -> Locator:
        """What stands in a field of the profile."""
        row = self.page.locator("#profile dl > div").filter(has=self.page.locator("dt", has_text=field))
        return row.locator(".value")

    def until_next_second(self) -> None:
        """WhatsApp's clock has whole seconds: a message of this very one would count as earlier than the close."""
        self.page.wait_for_function("since => Date.now() > since", arg=(int(time.time()) + 1) * 1000)
