"""HubSpot in place of a webhook, through the whole stack: shown the token that was entered, and told of a conversation.

What its documentation asks for is checked in `shared/channels/tests/it/crm/`.
"""

import json
import os
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from receiver import Quiet, Receiver, serving
from test_receiver import Business, ask

TOKEN = "pat-eu1-00000000-0000-0000-0000-000000000000"
PHONE = "972555000778"


@contextmanager
def hubspot() -> Iterator[Receiver]:
    """An empty account: it finds nothing and takes everything. `events` holds the last body of each path."""
    receiver = Receiver()

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = 401, dict[str, Any]()
            if self.headers["authorization"] == f"Bearer {TOKEN}":
                is_search = self.path.endswith("/search")
                status, answer = (200, {"total": 0, "results": []}) if is_search else (201, {"id": "1"})
                with receiver.changed:
                    receiver.events[self.path] = body
                    receiver.changed.notify_all()
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    with serving(receiver, Handler):
        yield receiver


def entry(token: str) -> dict[str, Any]:
    return {"crm": {"mapping": "hubspot", "token": token}, "include": {"summary": True, "values": True}}


class Telling(unittest.TestCase):
    def test_a_wrong_token_is_seen_in_the_log_and_mended_without_losing_an_event(self) -> None:
        with hubspot() as receiver:
            business = Business(receiver, **entry("pat-eu1-revoked"))
            delivery = business.test()
            refused = business.delivery(delivery, "waiting")
            self.assertEqual({post["status"] for post in refused["posts"]}, {401})
            business.ask("PUT", "/webhook", {"url": receiver.url, **entry(TOKEN)})
            receiver.wait("the same test", lambda: receiver.events, 60)
            delivered = business.delivery(delivery, "delivered")
            self.assertEqual(delivered["posts"][-1]["status"], 200)

    def test_a_conversation_is_logged_with_its_customer(self) -> None:
        with hubspot() as receiver:
            business = Business(receiver, os.environ["API_TOKEN"], **entry(TOKEN))
            try:
                said = "שלום, קוראים לי נועה כהן ואני מחיפה. כמה עולה תספורת?"
                ask("POST", f"{os.environ['SIMULATOR_URL']}/say", body={"from": PHONE, "name": "נועה", "text": said})
                path = "/crm/v3/objects/communications"
                receiver.wait("the conversation", lambda: path in receiver.events, 60)
                contact = receiver.events["/crm/v3/objects/contacts"]["properties"]
                self.assertEqual((contact["phone"], contact["firstname"]), (f"+{PHONE}", "נועה כהן"))
                self.assertEqual(receiver.events[path]["associations"][0]["to"], {"id": "1"})
                self.assertTrue(receiver.events[path]["properties"]["hs_communication_body"])
            finally:
                business.ask("DELETE", "/webhook")


if __name__ == "__main__":
    unittest.main()
