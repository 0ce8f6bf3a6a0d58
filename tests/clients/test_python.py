"""A client of the staff API, made from its OpenAPI document by openapi-python-client (PyPI) as it comes, and with it
one round of every operation. Run inside the local stack; `make test` does.
"""

import importlib
import io
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "functions/api/openapi.json"
CONFIG = Path(__file__).parent / "openapi-python-client.yaml"
PACKAGE = "zikaron_staff_api"
PHONE = "+12025550152"


def generated(folder: Path) -> None:
    """Makes the client. A part of the document that the generator leaves out is a failure."""
    command = [Path(sys.executable).parent / "openapi-python-client", "generate", "--meta", "none"]
    command += ["--path", DOCUMENT, "--config", CONFIG, "--output-path", folder / PACKAGE, "--fail-on-warning"]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


def part(name: str) -> ModuleType:
    """A module of the generated package."""
    return importlib.import_module(f"{PACKAGE}.{name}")


def access_token(business: str) -> str:
    """A token of an admin of a business of its own."""
    claims = {"business": business, "role": "admin", "exp": int(time.time()) + 600}
    url, headers = f"{os.environ['SIMULATOR_URL']}/oidc/token", {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=json.dumps(claims).encode(), headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["access_token"])


class Round(unittest.TestCase):
    """One business, from its first setting to an erasure."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        generated(Path(folder.name))
        sys.path.insert(0, folder.name)
        self.addCleanup(sys.path.remove, folder.name)
        self.models = part("models")
        base = os.environ["API_URL"].removesuffix("/v1")
        token = access_token(f"python-{time.time_ns()}")
        client = part("client").AuthenticatedClient
        self.client = client(base_url=base, token=token, timeout=30, raise_on_unexpected_status=True)
        self.asked: set[str] = set()

    def ask(self, operation: str, status: HTTPStatus, /, *where: str, **what: Any) -> Any:
        """What an operation answers, in its own type."""
        self.asked.add(operation)
        response = part(f"api.{operation}").sync_detailed(*where, client=self.client, **what)
        self.assertEqual(response.status_code, status, response.content)
        return response.parsed

    def refused(self, operation: str, status: HTTPStatus, /, *where: str, **what: Any) -> None:
        """A refusal is a problem, in its own type."""
        problem = self.ask(operation, status, *where, **what)
        self.assertIsInstance(problem, self.models.Problem)
        self.assertEqual(problem.status, status)

    def operations(self) -> set[str]:
        """Every operation of the client, as `tag.name`."""
        tags = [tag.name for tag in pkgutil.iter_modules(part("api").__path__)]
        of = {tag: pkgutil.iter_modules(part(f"api.{tag}").__path__) for tag in tags}
        return {f"{tag}.{operation.name}" for tag, operations in of.items() for operation in operations}

    def test_a_round_of_every_operation(self) -> None:
        self.settings()
        lead = self.customers()
        self.past_conversations()
        self.memory(lead)
        self.notes(lead)
        self.conversation(lead)
        self.figures()
        self.actions(lead)
        self.webhook()
        self.assertIn("ALIAS", self.ask("privacy.export", HTTPStatus.OK, lead).items.additional_properties)
        self.assertGreater(self.ask("privacy.erase", HTTPStatus.OK, lead).names, 0)
        self.refused("memory.read", HTTPStatus.NOT_FOUND, lead)
        self.assertEqual(self.asked, self.operations())

    def settings(self) -> None:
        self.assertEqual(self.ask("settings.who_calls", HTTPStatus.OK).role, self.models.Role.ADMIN)
        patch = self.models.SettingsPatch(enable_customer_service=True, language=self.models.Language.EN)
        # A default in the document would be sent with what was chosen, and take everything else back.
        self.assertEqual(patch.to_dict(), {"enable_customer_service": True, "language": "en"})
        changed = self.ask("settings.change_settings", HTTPStatus.OK, body=patch)
        self.assertTrue(changed.enable_customer_service)
        read = self.ask("settings.read_settings", HTTPStatus.OK)
        self.assertEqual((read.language, read.routes), (self.models.Language.EN, []))
        # No connection is this business's.
        self.refused("settings.add_route", HTTPStatus.FORBIDDEN, "nobodys", "1234567")
        self.refused("settings.drop_route", HTTPStatus.FORBIDDEN, "nobodys", "1234567")

    def customers(self) -> str:
        profile = self.models.NewLeadProfile.from_dict({"name": "דנה לוי", "city": "עכו"})
        made = self.ask("leads.create_lead", HTTPStatus.CREATED, body=self.models.NewLead(phone=PHONE, profile=profile))
        lines = b'{"phone":"+12025550153","profile":{"name":"Ruth Cohen"}}\nnot JSON\n'
        # Typed as a text, used as a file: findings/openapi-python-client-octet-stream-text.sh.
        report = self.ask("leads.import_", HTTPStatus.OK, body=part("types").File(payload=io.BytesIO(lines)))
        outcomes = [line.outcome for line in report.lines]
        self.assertEqual(outcomes, [self.models.Outcome.CREATED, self.models.Outcome.REFUSED])
        found = self.ask("leads.list_leads", HTTPStatus.OK, phone=PHONE).leads
        self.assertEqual([row.lead for row in found], [made.lead])
        return str(made.lead)

    def past_conversations(self) -> None:
        self.refused("leads.read_chat_import", HTTPStatus.NOT_FOUND)
        wanted = self.models.ChatImportRequest.from_dict({"files": [{"name": "chat.txt", "bytes": 4}], "max_tokens": 0})
        begun = self.ask("leads.begin_chat_import", HTTPStatus.CREATED, body=wanted)
        self.assertEqual((begun.stage, begun.stopped), (self.models.ChatImportStage.WAITING, None))
        self.assertIn("X-Amz-Signature=", begun.files[0].upload_url)
        self.ask("leads.start_chat_import", HTTPStatus.ACCEPTED)
        self.assertEqual(self.ask("leads.cancel_chat_import", HTTPStatus.OK).id, begun.id)

    def memory(self, lead: str) -> None:
        read = self.ask("memory.read", HTTPStatus.OK, lead)
        city = read.customer_profile_json["city"]
        self.assertEqual((city.value, city.source), ("עכו", self.models.Source.MANUAL))
        changed = self.ask(
            "memory.change", HTTPStatus.OK, lead, body=self.models.ProfilePatch.from_dict({"city": "חיפה"})
        )
        self.assertEqual(changed.customer_profile_json["city"].previous_value, "עכו")
        changes = self.ask("memory.list_changes", HTTPStatus.OK, lead).changes
        self.assertIn("חיפה", [change.new for change in changes])
        self.assertEqual(self.ask("memory.read_origin", HTTPStatus.OK, lead, "city").source, self.models.Source.MANUAL)
        for answer in ("accept", "dismiss"):
            meant = self.models.Meant(field="city", value="Acre")
            self.refused(f"memory.{answer}", HTTPStatus.NOT_FOUND, lead, body=meant)

    def notes(self, lead: str) -> None:
        text = self.models.NoteText
        note = self.ask("notes.add_note", HTTPStatus.CREATED, lead, body=text(text="VIP"))
        changed = self.ask("notes.change_note", HTTPStatus.OK, lead, note.id, body=text(text="VIP, always early"))
        self.assertEqual(changed.text, "VIP, always early")
        listed = self.ask("notes.list_notes", HTTPStatus.OK, lead).notes
        self.assertEqual([(one.id, one.kind) for one in listed], [(note.id, self.models.NoteKind.NOTE)])
        self.ask("notes.delete_note", HTTPStatus.NO_CONTENT, lead, note.id)

    def conversation(self, lead: str) -> None:
        self.assertEqual(self.ask("conversation.list_messages", HTTPStatus.OK, lead).messages, [])
        self.assertEqual(self.ask("conversation.list_calls", HTTPStatus.OK, lead).calls, [])
        # Who never wrote on WhatsApp cannot be answered there.
        self.refused(
            "conversation.send_message", HTTPStatus.CONFLICT, lead, body=self.models.Text(text="Hello, it's Roni")
        )
        self.assertEqual(self.ask("conversation.take_over", HTTPStatus.OK, lead).mode, self.models.Mode.HUMAN)
        self.assertEqual(self.ask("conversation.hand_back", HTTPStatus.OK, lead).mode, self.models.Mode.AI)
        self.ask("conversation.close_session", HTTPStatus.ACCEPTED, lead)

    def figures(self) -> None:
        days = self.ask("figures.read_figures", HTTPStatus.OK)
        # Nobody has talked to this business yet.
        self.assertEqual((days.days, days.now.to_dict() != {}), ([], True))
        self.assertEqual(self.ask("figures.list_counted_sessions", HTTPStatus.OK, "conversations").sessions, [])

    def actions(self, lead: str) -> None:
        open_all_day = {"enable_actions": True, "quiet_hours": {"from": "00:00", "until": "00:00"}, "quiet_days": []}
        patch = self.models.SettingsPatch.from_dict(open_all_day)
        self.ask("settings.change_settings", HTTPStatus.OK, body=patch)
        due = datetime.now(tz=timezone.utc) + timedelta(days=1)
        wanted = self.models.ActionRequest(kind=self.models.ActionKind.CALL, text="A reminder", due_at=due)
        made = self.ask("actions.add_action", HTTPStatus.CREATED, lead, body=wanted)
        self.assertEqual([one.id for one in self.ask("actions.list_actions", HTTPStatus.OK, lead).actions], [made.id])
        patch = self.models.ActionPatch(text="Another reminder")
        changed = self.ask("actions.change_action", HTTPStatus.OK, lead, made.id, body=patch)
        self.assertEqual((changed.text, changed.ended), ("Another reminder", None))
        self.assertIsNotNone(self.ask("actions.cancel_action", HTTPStatus.OK, lead, made.id).ended)
        none = self.models.Wanted(wanted=False)
        self.assertFalse(self.ask("actions.set_marketing", HTTPStatus.OK, lead, body=none).wanted)

    def webhook(self) -> None:
        self.refused("webhook.read_webhook", HTTPStatus.NOT_FOUND)
        entry = self.models.WebhookEntry(url="https://hooks.example.com/zikaron")
        self.ask("webhook.enter_webhook", HTTPStatus.OK, body=entry)
        first = self.ask("webhook.read_webhook_secret", HTTPStatus.OK).secret
        change = self.models.SecretChange(keep_hours=1)
        self.assertEqual(self.ask("webhook.change_webhook_secret", HTTPStatus.OK, body=change).previous, first)
        self.ask("webhook.test_webhook", HTTPStatus.ACCEPTED)
        self.ask("webhook.list_deliveries", HTTPStatus.OK)
        self.refused("webhook.redeliver", HTTPStatus.NOT_FOUND, "nothing")
        self.ask("webhook.remove_webhook", HTTPStatus.NO_CONTENT)


if __name__ == "__main__":
    unittest.main()
