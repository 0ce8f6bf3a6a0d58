"""Signed bodies as the providers' own SDKs make or accept them, for `shared/channels/tests/it/signatures.rs`.

    .local/venv-sdks/bin/python tests/sdks/signatures.py

writes them anew. Vapi's SDK has no helper, and Bland has no SDK. Twilio signs the address too.
"""

import hashlib
import hmac
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from retell.lib.webhook_auth import symmetric
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

VECTORS = Path(__file__).parents[2] / "shared/channels/tests/vectors/signatures.json"
SDKS = ("elevenlabs", "retell-sdk", "twilio")
AT_MILLIS = 1_794_816_000_000
KEYS = ("key-one", "wsec_0f1e2d3c", "מפתח 🔑", "k" * 200)
BODIES = (
    '{"event":"call_ended"}',
    '{ "text": "שלום 🙏",\n "escaped": "\\u05e9\\ud83d\\ude4f" }\r\n',
    '{"quote":"\\"","t":"t=1,v0=2","v":"v=1,d=2"}',
    "{}",
)
# Where Twilio posts: with a query and a port, and in letters that are escaped.
ADDRESSES = (
    "https://api.example.com/webhooks/calls/twilio/salon",
    "https://api.example.com:8443/webhooks/calls/twilio/salon?x=%D7%90&y=1+2",
    "http://127.0.0.1:4566/calls/twilio",
)
FORMS: tuple[dict[str, str], ...] = (
    {"CallSid": "CA1", "CallStatus": "completed", "From": "+972555000001", "To": "+12025550100", "CallerName": ""},
    {"b": "2", "a": "1", "B": "דנה & בנו = 2", "Timestamp": "Mon, 16 Nov 2026 08:03:00 +0000"},
)


def elevenlabs(body: str, key: str) -> str:
    """A header `construct_event` accepts; the SDK itself signs nothing."""
    seconds = AT_MILLIS // 1000
    return f"t={seconds},v0={hmac.new(key.encode(), f'{seconds}.{body}'.encode(), hashlib.sha256).hexdigest()}"


def twilio() -> list[dict[str, Any]]:
    """Forms and JSON, under each key, to each address, by each algorithm."""
    signed = []
    for key in KEYS:
        for address in ADDRESSES:
            for algorithm in (HMAC_SHA1, HMAC_SHA256):
                validator = RequestValidator(key)
                sign = validator.compute_signature
                for form in FORMS:
                    signature = sign(address, form, algorithm)
                    signed.append(posted(key, address, algorithm, urlencode(form), signature))
                for body in BODIES:
                    url = f"{address}{'&' if '?' in address else '?'}bodySHA256={validator.compute_hash(body)}"
                    signed.append(posted(key, url, algorithm, body, sign(url, {}, algorithm)))
    return signed


def posted(key: str, url: str, algorithm: str, body: str, signature: str) -> dict[str, Any]:
    """A request of Twilio's."""
    kind = "application/json" if "bodySHA256" in url else "application/x-www-form-urlencoded"
    settings = {} if algorithm == HMAC_SHA1 else {"settings": f"key=webhooks_sharedkey_1,algorithm={algorithm}"}
    return {"key": key, "url": url, "content_type": kind, "body": body, "header": signature, **settings}


def vectors() -> dict[str, Any]:
    """The vectors, with the versions they are of."""
    signed = [
        {"provider": provider, "key": key, "body": body, "at_millis": AT_MILLIS, "header": header}
        for key in KEYS
        for body in BODIES
        for provider, header in (
            ("elevenlabs", elevenlabs(body, key)),
            ("retell", symmetric["sign"](body, key, AT_MILLIS)),
        )
    ]
    return {"made_with": {name: version(name) for name in SDKS}, "signed": signed, "twilio": twilio()}


if __name__ == "__main__":
    VECTORS.parent.mkdir(exist_ok=True)
    VECTORS.write_text(json.dumps(vectors(), ensure_ascii=False, indent=2) + "\n")
