"""Signed bodies as the providers' own SDKs make or accept them, for `shared/channels/tests/it/signatures.rs`.

    .local/venv-sdks/bin/python tests/sdks/signatures.py

writes them anew. Vapi's SDK has no helper, and Bland has no SDK.
"""

import hashlib
import hmac
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retell.lib.webhook_auth import symmetric

VECTORS = Path(__file__).parents[2] / "shared/channels/tests/vectors/signatures.json"
SDKS = ("elevenlabs", "retell-sdk")
AT_MILLIS = 1_794_816_000_000
KEYS = ("key-one", "wsec_0f1e2d3c", "מפתח 🔑", "k" * 200)
BODIES = (
    '{"event":"call_ended"}',
    '{ "text": "שלום 🙏",\n "escaped": "\\u05e9\\ud83d\\ude4f" }\r\n',
    '{"quote":"\\"","t":"t=1,v0=2","v":"v=1,d=2"}',
    "{}",
)


def elevenlabs(body: str, key: str) -> str:
    """A header `construct_event` accepts; the SDK itself signs nothing."""
    seconds = AT_MILLIS // 1000
    return f"t={seconds},v0={hmac.new(key.encode(), f'{seconds}.{body}'.encode(), hashlib.sha256).hexdigest()}"


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
    return {"made_with": {name: version(name) for name in SDKS}, "signed": signed}


if __name__ == "__main__":
    VECTORS.parent.mkdir(exist_ok=True)
    VECTORS.write_text(json.dumps(vectors(), ensure_ascii=False, indent=2) + "\n")
