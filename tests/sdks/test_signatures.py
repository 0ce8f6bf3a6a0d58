"""The signatures our tests go by are those of the providers' own SDKs, as of the versions that are installed."""

import json
import unittest
from unittest.mock import patch

from elevenlabs.core.api_error import ApiError
from elevenlabs.webhooks_custom import WebhooksClient
from retell.lib.webhook_auth import verify
from signatures import AT_MILLIS, VECTORS, vectors


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


if __name__ == "__main__":
    unittest.main()
