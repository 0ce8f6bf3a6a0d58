"""The Python tools of this tree: `.local/venv-stack` (ministack), `.local/venv-sam` (the SAM CLI), `.local/venv-tools`
(cargo-lambda, zig, linters), `.local/venv-chaos` (microburst), `.local/venv-browser` (playwright),
`.local/venv-console` (node), `.local/venv-api` (schemathesis), `.local/venv-pywa` (pywa), `.local/venv-sdks` (the call
providers' SDKs), `.local/venv-mcp` (mcp), `.local/venv-hooks` (standardwebhooks), `.local/venv-clients`
(openapi-python-client), `.local/venv-model` (llama.cpp's server and small models) and `.local/venv-voice` (Whisper
base).

Apart, because they pin different versions of the same libraries.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from paths import HERE, LOCAL, Failure

# For every local stack.
NAMES = ("stack", "sam")
# For `make check` and for a build for AWS: four times as large as what a stack needs, so not for it.
TOOLS = "tools"
# For one with faults (`make chaos`).
FAULTS = "chaos"
# For the browser tests.
BROWSER = "browser"
# For the console: node.
CONSOLE = "console"
# For what puts the staff API to the test by its own document.
API = "api"
# For somebody else's reading of the sample bodies.
PYWA = "pywa"
SDKS = "sdks"
# For somebody else's client of the API's tools.
MCP = "mcp"
# For somebody else's receiver of webhooks.
HOOKS = "hooks"
# For a client made from the API's own document.
CLIENTS = "clients"
# For a real language model.
MODEL = "model"
# For a real transcriber.
VOICE = "voice"
ALL = (*NAMES, TOOLS, FAULTS, BROWSER, CONSOLE, API, PYWA, SDKS, MCP, HOOKS, CLIENTS, MODEL, VOICE)
OLDEST_PYTHON = (3, 10)


def folder(name: str) -> Path:
    """The virtual environment's folder."""
    return LOCAL / f"venv-{name}"


def install(name: str) -> Path:
    """Makes the environment if its requirements changed since it was made. Answers its `bin` folder."""
    if sys.version_info < OLDEST_PYTHON:
        raise Failure(f"python3 is {sys.version.split()[0]}; 3.10 or newer is needed")
    requirements = HERE / f"requirements-{name}.txt"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder(name) / "requirements.sha256"
    LOCAL.mkdir(exist_ok=True)
    # `make test` brings up several stacks at once.
    with (LOCAL / f"venv-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            print(f"installing {requirements.name} into {folder(name)}", flush=True)
            make(name, requirements)
            stamp.write_text(wanted)
    return folder(name) / "bin"


@contextmanager
def installing(names: Sequence[str]) -> Iterator[None]:
    """Makes these environments beside what is done meanwhile: they wait for the network, cargo for the processor."""
    with ThreadPoolExecutor() as beside:
        made = [beside.submit(install, name) for name in names]
        yield
        for one in made:
            one.result()


def make(name: str, requirements: Path) -> None:
    """Makes the environment anew."""
    shutil.rmtree(folder(name), ignore_errors=True)
    log = LOCAL / f"venv-{name}.log"
    python = folder(name) / "bin" / "python"
    # Everything is pinned, nothing is to be resolved; what is used compiles itself on its first use.
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--no-compile"]
    with log.open("w") as out:
        for command in ([sys.executable, "-m", "venv", folder(name)], [*pip, "-r", requirements]):
            if subprocess.run(list(map(str, command)), stdout=out, stderr=subprocess.STDOUT, check=False).returncode:
                shutil.rmtree(folder(name), ignore_errors=True)
                raise Failure(f"{' '.join(map(str, command))} failed; see {log}\n{log.read_text()[-1500:]}")
