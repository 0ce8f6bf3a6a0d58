#!/usr/bin/env python3
"""Puts the running staff API to the test by its own OpenAPI document, with schemathesis: no server error, and nothing
that is not in the document. Run in the environment of a local stack; `make test` does.
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from typing import Any

import venvs
from paths import HERE, LOCAL, Failure, target

CASES_LEAST = 1000


def post(url: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        told: dict[str, Any] = json.load(answer)
        return told


def own_business(name: str) -> str:
    """A token of a business of its own, with a connection of its own: a fuzzer erases what it finds."""
    subprocess.run(
        [target() / "admin", "--business", name, "connection", "give", "--connection", name],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    claims = {"business": name, "role": "admin", "exp": int(time.time()) + 7200}
    return str(post(f"{os.environ['SIMULATOR_URL']}/oidc/token", claims)["access_token"])


def main() -> int:
    name = f"fuzzed-{int(time.time())}"
    api, token = os.environ["API_URL"], own_business(name)
    lead = post(f"{api}/leads", {"phone": "+12025550150", "profile": {"name": "דנה לוי"}}, token)["lead"]
    note = post(f"{api}/leads/{lead}/notes", {"text": "VIP"}, token)["id"]
    command = [
        venvs.install(venvs.API) / "schemathesis",
        "--config-file",
        HERE / "schemathesis.toml",
        "run",
        f"{api}/openapi.json",
        "--url",
        api.removesuffix("/v1"),
        "--header",
        f"Authorization: Bearer {token}",
        "--warnings",
        "off",
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "fuzz_hooks",
        "PYTHONPATH": str(HERE),
        "FUZZED_LEAD": lead,
        "FUZZED_NOTE": note,
        "FUZZED_CONNECTION": name,
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        [str(part) for part in command + sys.argv[1:]],
        cwd=LOCAL,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(done.stdout, flush=True)
    found = re.search(r"(\d+) generated", done.stdout)
    cases = int(found.group(1)) if found else 0
    if done.returncode:
        raise Failure(f"the API broke its contract; {cases} cases were tried")
    if cases < CASES_LEAST:
        raise Failure(f"only {cases} cases were tried, {CASES_LEAST} are wanted")
    print(f"schemathesis: {cases} cases, no server error and no breach of the contract", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as reason:
        sys.exit(f"error: {reason}")
