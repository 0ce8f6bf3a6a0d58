"""The webhook of a business, received with the public Standard Webhooks library (PyPI `standardwebhooks`) as it comes.
Run inside the local stack; `make test` does.
"""

import json
import os
import time
import unittest
import urllib.error
import urllib.request
from typing import Any

from receiver import Receiver, listening

API = os.environ["API_URL"]
PHONE = "972555000777"


def ask(method: str, url: str, token: str = "", body: Any = None) -> Any:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


class Business:
    """A business with a webhook at this receiver."""

    def __init__(self, receiver: Receiver, token: str = "", **entry: Any) -> None:
        claims = {"business": f"hooks-{time.time_ns()}", "role": "admin", "exp": int(time.time()) + 600}
        self.token = token or ask("POST", f"{os.environ['SIMULATOR_URL']}/oidc/token", body=claims)["access_token"]
        self.ask("PUT", "/webhook", {"url": receiver.url, **entry})
        receiver.secret = self.ask("GET", "/webhook/secret")["secret"]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return ask(method, API + path, self.token, body)

    def test(self) -> str:
        return str(self.ask("POST", "/webhook/test")["delivery"])

    def delivery(self, wanted: str, state: str) -> dict[str, Any]:
        """The delivery, once it is in this state; the list may be a moment behind."""
        for _ in range(100):
            found: list[dict[str, Any]] = self.ask("GET", "/webhook/deliveries?limit=100")["deliveries"]
            for one in found:
                if one["id"] == wanted and one["state"] == state:
                    return one
            time.sleep(0.2)
        raise AssertionError(f"{wanted} is not {state}: {found}")


class Receiving(unittest.TestCase):
    def test_a_test_is_signed_taken_and_logged_and_posted_again_under_its_id(self) -> None:
        with listening() as receiver:
            business = Business(receiver)
            delivery = business.test()
            receiver.wait("the test", lambda: delivery in receiver.events)
            self.assertEqual(receiver.events[delivery]["type"], "webhook.test")
            logged = business.delivery(delivery, "delivered")
            self.assertEqual([post["status"] for post in logged["posts"]], [204])
            business.ask("POST", f"/webhook/deliveries/{delivery}/redeliver")
            receiver.wait("the same again", lambda: receiver.posts == [delivery, delivery])
            self.assertEqual(receiver.refused, [])

    def test_what_was_refused_comes_again_under_the_same_id(self) -> None:
        with listening() as receiver:
            business = Business(receiver)
            receiver.fails = 2
            delivery = business.test()
            receiver.wait("the third post", lambda: delivery in receiver.events, 60)
            self.assertEqual(receiver.posts, [delivery] * 3)
            logged = business.delivery(delivery, "delivered")
            self.assertEqual([post["status"] for post in logged["posts"]], [503, 503, 204])
            self.assertEqual(business.ask("GET", "/webhook")["state"], "active")

    def test_a_secret_is_changed_without_losing_an_event(self) -> None:
        with listening() as receiver:
            business = Business(receiver)
            # These are under way when it is changed: until then none is taken, and each is posted again.
            receiver.fails = 1_000
            wanted = [business.test() for _ in range(3)]
            receiver.wait("a post of each", lambda: set(wanted) <= set(receiver.posts))
            changed = business.ask("POST", "/webhook/secret", {"keep_hours": 1})
            self.assertEqual((changed["previous"], receiver.events), (receiver.secret, {}))
            with receiver.changed:
                receiver.fails = 0
            # Still with the secret from before …
            wanted += [business.test() for _ in range(3)]
            receiver.wait("those of the old secret", lambda: set(wanted) <= set(receiver.events), 60)
            # … and from here on with the new one.
            receiver.secret = changed["secret"]
            wanted += [business.test() for _ in range(3)]
            receiver.wait("those of the new secret", lambda: set(wanted) <= set(receiver.events))
            self.assertEqual(receiver.refused, [])
            # A leaked one is void at once.
            void, receiver.secret = (
                receiver.secret,
                business.ask("POST", "/webhook/secret", {"keep_hours": 0})["secret"],
            )
            last = business.test()
            receiver.wait("one of the last secret", lambda: last in receiver.events)
            receiver.secret = void
            business.test()
            receiver.wait("a refusal", lambda: receiver.refused)

    def test_an_erasure_is_told_and_what_is_not_wanted_is_not(self) -> None:
        with listening() as receiver:
            business = Business(receiver, events=["lead.erased"])
            lead = business.ask("POST", "/leads", {"phone": "+12025550152", "profile": {"name": "דנה לוי"}})["lead"]
            business.ask("DELETE", f"/leads/{lead}")
            receiver.wait("the erasure", lambda: receiver.events)
            [event] = receiver.events.values()
            self.assertEqual((event["type"], event["data"]["lead"]), ("lead.erased", lead))

    def test_a_conversation_is_told_with_what_the_business_asked_for(self) -> None:
        simulator = os.environ["SIMULATOR_URL"]
        with listening() as receiver:
            include = {"summary": True, "values": True}
            business = Business(receiver, os.environ["API_TOKEN"], events=["memory.updated"], include=include)
            try:
                said = "שלום, קוראים לי נועה כהן ואני מחיפה. כמה עולה תספורת?"
                ask("POST", f"{simulator}/say", body={"from": PHONE, "name": "נועה", "text": said})

                def told() -> list[dict[str, Any]]:
                    return [event["data"] for event in receiver.events.values() if event["data"].get("values")]

                receiver.wait("what was learnt", told, 60)
                data = told()[0]
                self.assertEqual(data["values"]["name"], "נועה כהן")
                self.assertTrue(data["summary"])
                self.assertNotIn(PHONE, json.dumps(data))
            finally:
                business.ask("DELETE", "/webhook")

    def test_a_business_without_a_webhook_has_none(self) -> None:
        with listening() as receiver:
            business = Business(receiver)
            business.ask("DELETE", "/webhook")
            for method, path in [("GET", "/webhook"), ("GET", "/webhook/secret"), ("POST", "/webhook/test")]:
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    business.ask(method, path)
                self.assertEqual(refused.exception.code, 404)


if __name__ == "__main__":
    unittest.main()
