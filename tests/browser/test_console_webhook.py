"""The webhook in the console: entered, tested, seen in the log, posted again, with another secret, taken away."""

import base64
import hashlib
import hmac
import threading
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Locator, Page, expect

from desk import DeskTest, api, eventually

# One that happens by no other test: the log has the tests alone.
EVENT = "lead.erased"


class Receiver:
    """Keeps what is posted, each with its headers, and answers what it is told to."""

    def __init__(self) -> None:
        self.status = 204
        self.url = ""
        self.posts: list[tuple[dict[str, str], bytes]] = []

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.posts]

    def is_signed(self, number: int, secret: str) -> bool:
        """Whether a post is signed with this secret, as Standard Webhooks has it; two sign while one takes over."""
        headers, body = self.posts[number]
        key = base64.b64decode(secret.removeprefix("whsec_"))
        told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
        return f"v1,{signature}" in headers["webhook-signature"].split()


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver at an address of its own; the local stack posts by http too."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/zikaron"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def has_none() -> bool:
    """Whether the business has no webhook."""
    try:
        api("GET", "/webhook")
    except urllib.error.HTTPError as refused:
        return refused.code == 404
    return False


def take_away() -> None:
    if not has_none():
        api("DELETE", "/webhook")


def is_now(delivery: str, state: str) -> bool:
    listed: list[dict[str, Any]] = api("GET", "/webhook/deliveries?limit=20")["deliveries"]
    return any(one["id"] == delivery and one["state"] == state for one in listed)


class ConsoleWebhook(DeskTest):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(take_away)

    def opened(self, page: Page) -> Locator:
        """The part of the settings, once what stands there is known."""
        page.evaluate("location.hash = '#/settings'")
        part = page.locator("details.card:has(form.webhook)")
        # A webhook is read first, and then its log.
        last = "/webhook" if has_none() else "/webhook/deliveries"
        with page.expect_response(lambda answer: answer.url.split("?")[0].endswith(last)):
            part.locator("summary").click()
        return part

    def test_it_is_entered_tested_and_taken_away(self) -> None:
        for language in ("he", "en"):
            with self.subTest(language=language), listening() as receiver:
                self.lives(language, receiver)

    def lives(self, language: str, receiver: Receiver) -> None:
        # axe puts its own elements into the page, which the page's policy would refuse.
        page = self.desk(language, bypass_csp=True)
        part = self.opened(page)
        self.assert_no_barrier(page)
        expect(self.button(part, "webhook.test")).to_have_count(0)
        part.get_by_label(self.said("webhook.url")).fill(receiver.url)
        part.get_by_label(EVENT, exact=True).check()
        self.saves(page, part)
        kept = api("GET", "/webhook")
        self.assertEqual((kept["url"], kept["events"], kept["state"]), (receiver.url, [EVENT], "active"))

        self.posts_a_test(page, part)
        eventually(lambda: receiver.posts)
        first = receiver.ids()[0]
        eventually(lambda: is_now(first, "delivered"))
        self.button(part, "webhook.look").click()
        newest = part.locator(".deliveries li").first
        self.reads(newest, "webhook.test", self.said("delivery.delivered"), self.said("webhook.posts", n="1"))
        expect(newest.get_by_role("button")).to_have_count(0)

        self.changes_the_secret(page, part, receiver)
        self.assert_no_barrier(page)
        self.is_switched_off_and_on_again(page, part, receiver)

        self.button(part, "webhook.remove").click()
        expect(page.get_by_role("status").get_by_text(self.said("webhook.removed"))).to_be_visible()
        expect(part.get_by_label(self.said("webhook.url"))).to_have_value("")
        expect(self.button(part, "webhook.remove")).to_have_count(0)
        self.assertTrue(has_none())

    def changes_the_secret(self, page: Page, part: Locator, receiver: Receiver) -> None:
        before = api("GET", "/webhook/secret")["secret"]
        self.assertTrue(receiver.is_signed(0, before))
        secret = part.locator("code.secret")
        expect(secret).to_have_count(0)
        self.button(part, "webhook.see").click()
        expect(secret).to_have_text(before)
        self.button(part, "webhook.change").click()
        expect(secret).not_to_have_text(before)
        changed = api("GET", "/webhook/secret")
        expect(secret).to_have_text(changed["secret"])
        self.assertEqual(changed["previous"], before)
        until = self.said("webhook.previous", time="\n").split("\n")[0]
        expect(part.get_by_text(until)).to_be_visible()
        self.posts_a_test(page, part)
        eventually(lambda: len(receiver.posts) == 2)
        for one in (before, changed["secret"]):
            self.assertTrue(receiver.is_signed(1, one), "whoever receives it has a day to change over")

    def is_switched_off_and_on_again(self, page: Page, part: Locator, receiver: Receiver) -> None:
        """A receiver that says it is gone is posted nothing any more; mended, it is sent again what it refused."""
        receiver.status = 410
        self.posts_a_test(page, part)
        eventually(lambda: len(receiver.posts) == 3)
        gone = receiver.ids()[2]
        # It comes back once by itself, and finds that the webhook is off.
        eventually(lambda: is_now(gone, "failed"), 90)
        page.reload()
        self.opened(page)
        off = self.said("webhook.disabled", time="\n").split("\n")[0]
        expect(part.get_by_role("alert").get_by_text(off)).to_be_visible()
        expect(self.button(part, "webhook.test")).to_be_disabled()
        newest = part.locator(".deliveries li").first
        self.reads(newest, "webhook.test", self.said("delivery.failed"))
        self.assert_no_barrier(page)

        receiver.status = 204
        self.saves(page, part)
        expect(part.get_by_role("alert")).to_have_count(0)
        self.button(newest, "webhook.again").click()
        eventually(lambda: receiver.ids().count(gone) == 2)
        eventually(lambda: is_now(gone, "delivered"))
        self.button(part, "webhook.look").click()
        self.reads(newest, "webhook.test", self.said("delivery.delivered"), self.said("webhook.posts", n="2"))

    def saves(self, page: Page, part: Locator) -> None:
        self.button(part, "webhook.save").click()
        expect(page.get_by_role("status").get_by_text(self.said("webhook.saved"))).to_be_visible()

    def posts_a_test(self, page: Page, part: Locator) -> None:
        with page.expect_response("**/webhook/test") as answer:
            self.button(part, "webhook.test").click()
        self.assertEqual(answer.value.status, 202)
        expect(page.get_by_role("status").get_by_text(self.said("webhook.tested"))).to_be_visible()

    def reads(self, line: Locator, *words: str) -> None:
        for word in words:
            expect(line).to_contain_text(word)

    def test_an_address_that_is_refused_is_explained_and_stays_to_be_mended(self) -> None:
        page = self.desk("en")
        part = self.opened(page)
        address = part.get_by_label(self.said("webhook.url"))
        address.fill("ftp://hooks.example.com/zikaron")
        self.button(part, "webhook.save").click()
        expect(page.get_by_role("status").get_by_text("url: ")).to_be_visible()
        expect(address).to_have_value("ftp://hooks.example.com/zikaron")
        self.assertTrue(has_none())

    def test_only_an_admin_sees_it(self) -> None:
        page = self.desk("en", role="viewer")
        page.evaluate("location.hash = '#/settings'")
        page.locator(".setting").first.wait_for()
        expect(page.locator("form.webhook")).to_have_count(0)
