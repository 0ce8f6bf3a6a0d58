"""The signatures our tests go by are those of the providers' own SDKs, as of the versions that are installed."""

import json
import unittest
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

from elevenlabs.core.api_error import ApiError
from elevenlabs.webhooks_custom import WebhooksClient
from retell.lib.webhook_auth import verify
from signatures import AT_MILLIS, VECTORS, vectors
from twilio.request_validator import RequestValidator, get_signature_algorithm


def accepts(provider: str, body: str, key: str, header: str) -> bool:
    """Whether the provider's SDK takes a body for genuine at the time it was signed."""
    with patch("time.time", return_value=AT_MILLIS / 1000):
        if provider == "retell":
            return bool(verify(body, key, header))
        try:
            WebhooksClient.construct_event(None, body, header, key)  # type: ignore[arg-type]
        except ApiError:
            return False
        return True


def twilio_accepts(vector: dict[str, Any]) -> bool:
    """Whether Twilio's SDK takes a request for genuine."""
    is_json = vector["content_type"] == "application/json"
    parameters = vector["body"] if is_json else dict(parse_qsl(vector["body"], keep_blank_values=True))
    algorithm = get_signature_algorithm(vector.get("settings"))
    validator = RequestValidator(vector["key"])
    return bool(validator.validate(vector["url"], parameters, vector["header"], algorithm))


class Signatures(unittest.TestCase):
    """What `shared/channels/tests/it/signatures.rs` reads."""

    def setUp(self) -> None:
        """Reads the vectors that are committed."""
        self.kept = json.loads(VECTORS.read_text())

    def test_the_vectors_are_what_the_sdks_make_now(self) -> None:
        """A new version of an SDK makes them anew: run `signatures.py`."""
        self.assertEqual(self.kept, vectors())

    def test_each_signature_is_accepted_and_no_other(self) -> None:
        """What we sign equals these: so the SDKs accept ours, too."""
        for vector in self.kept["signed"]:
            of = {name: vector[name] for name in ("provider", "body", "key", "header")}
            with self.subTest(**of):
                self.assertTrue(accepts(**of))
                self.assertFalse(accepts(**{**of, "body": of["body"] + " "}))
                self.assertFalse(accepts(**{**of, "key": of["key"] + "x"}))

    def test_twilio_accepts_each_of_its_own_and_no_other(self) -> None:
        """Of its requests the address and the body are signed."""
        for vector in self.kept["twilio"]:
            with self.subTest(url=vector["url"], body=vector["body"]):
                self.assertTrue(twilio_accepts(vector))
                self.assertFalse(twilio_accepts({**vector, "body": vector["body"] + "+"}))
                self.assertFalse(twilio_accepts({**vector, "url": vector["url"] + "x"}))
                self.assertFalse(twilio_accepts({**vector, "key": vector["key"] + "x"}))


if __name__ == "__main__":
    unittest.main()
