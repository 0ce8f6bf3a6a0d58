"""A member of staff at the console, on the stack whose environment this runs in (`make browser`)."""

import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from browser import BrowserTest, fresh
from paths import ROOT

CONSOLE = os.environ.get("CONSOLE_URL", "")
LOCALES = {"he": "he-IL", "en": "en-GB"}
WIDE = {"width": 1440, "height": 900}
# What a page's script does beside everything else may not stop it longer, in milliseconds.
PAUSE = 50


def words(language: str) -> dict[str, str]:
    """The console's own words."""
    text = (ROOT / "console" / "src" / "i18n" / f"{language}.ts").read_text()
    return dict(re.findall(r'^  "([^"]+)": "([^"]*)",$', text, re.MULTILINE))


def ask(method: str, url: str, body: Any = None, **headers: str) -> Any:
    """One request, answered with JSON."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json", **headers}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def api(method: str, path: str, body: Any = None) -> Any:
    """The staff API, as the demo business's admin."""
    token = os.environ["API_TOKEN"]
    return ask(method, os.environ["API_URL"] + path, body, Authorization=f"Bearer {token}")


def sent_to(phone: str) -> list[str]:
    """What this customer was sent."""
    return [one["text"] for one in ask("GET", f"{os.environ['SIMULATOR_URL']}/sent?to={phone}")]


def eventually(what: Callable[[], Any], seconds: float = 45) -> Any:
    """Asks until there is something."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen in time")
        time.sleep(0.3)
    return found


class Customer:
    """Somebody who writes to the demo business."""

    def __init__(self) -> None:
        self.phone = fresh()

    def says(self, text: str, answered: bool = True) -> None:
        before = len(sent_to(self.phone))
        ask("POST", f"{os.environ['SIMULATOR_URL']}/say", {"from": self.phone, "text": text})
        if answered:
            eventually(lambda: len(sent_to(self.phone)) > before)

    def rings(self, *said: str) -> None:
        lines = [{"speaker": "customer", "text": text} for text in said]
        call = {"from": self.phone, "provider": "retell", "lines": lines}
        ask("POST", f"{os.environ['SIMULATOR_URL']}/call", call)

    @property
    def lead(self) -> str:
        found: str = eventually(lambda: api("GET", f"/leads?phone=%2B{self.phone}")["leads"])[0]["lead"]
        return found

    def profile(self) -> dict[str, Any]:
        found: dict[str, Any] = api("GET", f"/leads/{self.lead}")["customer_profile_json"]
        return found

    def remembered(self, field: str, of: Callable[[Any], bool] = bool) -> None:
        """Closes the session and waits until this of the field holds."""
        lead = self.lead
        api("POST", f"/leads/{lead}/session/close")
        eventually(lambda: of(api("GET", f"/leads/{lead}")["customer_profile_json"].get(field)))


class DeskTest(BrowserTest):
    """A browser at the console."""

    language = "en"
    # The context of `self.page`, which opens in `setUp`, is not used here.

    def said(self, key: str, **values: str) -> str:
        """A word of the console in the language of the window."""
        return re.sub(r"\{(\w+)\}", lambda name: values[name.group(1)], words(self.language)[key])

    def desk(self, language: str = "en", role: str = "admin", **settings: Any) -> Page:
        """A window in this language, signed in with this role."""
        self.language = language
        page = self.open(**{"locale": LOCALES[language], "viewport": WIDE, **settings})
        page.add_init_script(f"localStorage.setItem('zikaron.language', '{language}')")
        self.sign_in(page, role)
        return page

    def sign_in(self, page: Page, role: str = "admin") -> None:
        page.goto(CONSOLE)
        page.get_by_role("button", name=self.said("signIn.button"), exact=True).click()
        page.locator(f"button[value={role}]").click()
        expect(page.get_by_role("heading", name=self.said("leads.title"), exact=True)).to_be_visible()

    def go_to(self, page: Page, customer: Customer) -> None:
        page.evaluate("lead => { location.hash = `#/leads/${lead}`; }", customer.lead)
        expect(page.locator(".timeline")).to_be_visible()
        expect(page.locator(".timeline > ol")).to_have_attribute("aria-busy", "false")

    def button(self, page: Page | Locator, key: str, **values: str) -> Locator:
        return page.get_by_role("button", name=self.said(key, **values), exact=True)

    def field(self, page: Page, name: str) -> Locator:
        return page.locator(f"[data-field={name}]")


def answer(route: Route, *, status: int = 200, body: Any = None, **headers: str) -> None:
    """Answers for the API."""
    kind = "application/json" if status < 400 else "application/problem+json"
    route.fulfill(status=status, content_type=kind, body=json.dumps(body or {}), headers=headers)
