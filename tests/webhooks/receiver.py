"""A receiver of webhooks as a business would write it, with the public Standard Webhooks library."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class Receiver:
    """Takes what is signed with its secret, once by id; fails as often as it is told to."""

    def __init__(self) -> None:
        self.secret = ""
        # How many of the next posts are answered with an error.
        self.fails = 0
        self.posts: list[str] = []
        self.events: dict[str, dict[str, Any]] = {}
        self.refused: list[str] = []
        self.changed = threading.Condition()
        self.url = ""

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        with self.changed:
            self.changed.notify_all()
            self.posts.append(headers.get("webhook-id", ""))
            if self.fails:
                self.fails -= 1
                return 503
            try:
                event = Webhook(self.secret).verify(body, headers)
            except WebhookVerificationError as reason:
                self.refused.append(str(reason))
                return 400
            self.events.setdefault(headers["webhook-id"], event)
            return 204

    def wait(self, what: str, holds: Any, seconds: float = 30) -> None:
        """Until it holds of what was received."""
        with self.changed:
            if not self.changed.wait_for(holds, seconds):
                raise AssertionError(f"{what}: never, of {json.dumps(self.events)}; refused: {self.refused}")


class Quiet(BaseHTTPRequestHandler):
    """A handler that does not write a line for every request."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(receiver: Receiver, handler: type[BaseHTTPRequestHandler], path: str = "") -> Iterator[Receiver]:
    """The receiver at an address of its own, until the end of the block; `handler` takes what is posted there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(receiver.take(body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_header("content-length", "0")
            self.end_headers()

    with serving(receiver, Handler, "/zikaron"):
        yield receiver
