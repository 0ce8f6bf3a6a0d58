"""The sample bodies of `events/` and those the simulator posts, read by pywa: somebody else's reader of webhooks."""

import unittest
import warnings
from pathlib import Path

from pywa import WhatsApp
from pywa.types.base_update import RawUpdate

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
# What the simulator posts, as `infra/local/simulator/tests/it/bodies.rs` keeps it.
POSTED = ROOT / "infra/local/simulator/tests/bodies"
# pywa takes them for granted everywhere. Meta writes none in a `system` message and in a failed status; whether an echo
# has them is not known.
WITHOUT_CONTACTS = {
    "phone-app-echo",
    "phone-app-echo-image",
    "status-failed",
    "system-identity-changed",
}
# Fields pywa has no reader for.
NOT_READ = {
    "history",
    "messaging-handover",
    "messaging-handover-taken",
    "standby",
    "standby-agent",
    "unknown-field",
    "user-id-update",
}
# As what it is to read each body of the simulator. Where an error is named, `WITHOUT_CONTACTS` says why.
READ_AS = {
    "button": "CallbackButton",
    "call-missed": "CallTerminate",
    "contact-card": "Message",
    "echo": KeyError,
    "edit": "EditedMessage",
    "forwarded": "Message",
    "location": "Message",
    "number-changed": "PhoneNumberChange",
    "picture": "Message",
    "preferences": "UserMarketingPreferences",
    "quote": "Message",
    "reaction": "Message",
    "revoke": "DeletedMessage",
    "standby": None,
    "status-delivered": "MessageStatus",
    "status-failed": KeyError,
    "status-of-a-template": "MessageStatus",
    "status-read": "MessageStatus",
    "status-sent": "MessageStatus",
    "status-to-a-user-id": "MessageStatus",
    "template-approved": "TemplateStatusUpdate",
    "template-category": "TemplateCategoryUpdate",
    "text": "Message",
    "user-id-alone": "Message",
    "user-id-update": None,
    "username": "Message",
    "voice-note": "Message",
}


def read(body: bytes) -> str | None:
    """The kind of update pywa makes of a body; none where it has no reader for it."""
    client = WhatsApp(phone_id="100000000000001", token="none", server=None, verify_token="none", filter_updates=False)
    update = RawUpdate(body, hmac_header=None, update_hash="none")
    handler = client._get_handler_type(update)
    if handler is None:
        return None
    made = client._handlers_to_updates[handler].from_update(client=client, update=update)
    return type(made).__name__


class Samples(unittest.TestCase):
    """What pywa makes of each sample."""

    def test_each_sample_is_read_as_what_it_is(self) -> None:
        """Every body has a reader and all that this reader asks for."""
        warnings.simplefilter("ignore")  # It warns of what is newer than itself.
        names = sorted(path.stem.removeprefix("whatsapp-") for path in EVENTS.glob("whatsapp-*.json"))
        self.assertGreater(len(names), 40)
        for name in names:
            body = (EVENTS / f"whatsapp-{name}.json").read_bytes()
            with self.subTest(name):
                if name in WITHOUT_CONTACTS:
                    with self.assertRaisesRegex(KeyError, "contacts"):
                        read(body)
                    continue
                self.assertEqual(read(body) is None, name in NOT_READ)

    def test_what_the_simulator_posts_is_read_as_what_it_is(self) -> None:
        """Every status, message and other event that it builds; none is left out of the table."""
        warnings.simplefilter("ignore")
        self.assertEqual({path.stem for path in POSTED.glob("*.json")}, set(READ_AS))
        for name, expected in READ_AS.items():
            body = (POSTED / f"{name}.json").read_bytes()
            with self.subTest(name):
                if expected is KeyError:
                    with self.assertRaisesRegex(KeyError, "contacts"):
                        read(body)
                    continue
                self.assertEqual(read(body), expected)


if __name__ == "__main__":
    unittest.main()
