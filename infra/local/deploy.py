"""Builds the binaries and deploys `template.yaml` to a local stack with `sam deploy`.

The only difference to AWS: `sam build` would put the folder of a built function where the template says
`CodeUri: functions/NAME`; here that folder is `.local/build/NAME`, with a binary of the quick profile.
"""

import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import aws
import console
import venvs
from instance import Instance
from paths import LOCAL, ROOT, TEMPLATE, Failure, target

STACK = "zikaron"
CONNECTION = "demo"
FUNCTIONS = ("webhook", "reply", "summarizer", "call-start", "deliver", "api")
# As `infra/local/simulator/src/issuer.rs` has it.
AUDIENCE = "zikaron-staff"
CONSOLE_CLIENT = "zikaron-console"
BUILD = LOCAL / "build"
CODE_URI = re.compile(r"^(\s+CodeUri: )functions/([\w-]+)$", re.MULTILINE)
# For the local stack's scheduler, which looks every second; on AWS it is the template's default, a minute.
LEAD_SECONDS = 1
# What was posted to a webhook in vain is posted again this much later, in place of a minute.
RETRY_SECONDS = 1
# Short, so that a setting changed by hand or by a test is soon in force.
CACHE_SECONDS = 1


def build() -> None:
    """Builds everything the local stack runs and lays the functions' binaries out for deployment."""
    # First: the api function holds it.
    console.build()
    if subprocess.run(["cargo", "build", "--bins"], cwd=ROOT, check=False).returncode:
        raise Failure("the build failed")
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in FUNCTIONS:
            lay_out(name)


def lay_out(name: str) -> None:
    """Puts a function's binary where the deployment finds it; without debug information, so that the zip is small."""
    source, bootstrap = target() / name, BUILD / name / "bootstrap"
    if not source.exists():
        raise Failure(f"cargo built no {source}")
    if bootstrap.exists() and bootstrap.stat().st_mtime_ns == source.stat().st_mtime_ns:
        return
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    fresh = bootstrap.with_suffix(".new")
    strip = shutil.which("strip")
    if not strip or subprocess.run([strip, "-o", fresh, source], capture_output=True, check=False).returncode:
        shutil.copyfile(source, fresh)
    fresh.chmod(0o755)
    # The time of the source marks what has been laid out, and makes equal binaries equal zips.
    os.utime(fresh, ns=(source.stat().st_mtime_ns, source.stat().st_mtime_ns))
    fresh.replace(bootstrap)


def parameters(instance: Instance, idle_seconds: str, model: dict[str, str]) -> dict[str, str]:
    """What the template is deployed with. `model` is empty for the simulator's offline model."""
    architecture = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64", "amd64": "x86_64"}
    machine = platform.machine().lower()
    if machine not in architecture:
        raise Failure(f"Lambda has no processor like this one ({machine})")
    return {
        "Architecture": architecture[machine],
        "SessionIdleSeconds": idle_seconds,
        "SchedulerLeadSeconds": str(LEAD_SECONDS),
        "SettingsCacheSeconds": str(CACHE_SECONDS),
        "WebhookRetrySeconds": str(RETRY_SECONDS),
        # A receiver on this machine.
        "WebhookTargets": "any",
        "ConnectionId": CONNECTION,
        "GraphBaseUrl": f"{instance.simulator_url}/graph",
        "CallBaseUrl": f"{instance.simulator_url}/call-providers",
        "AiBaseUrl": model.get("base_url") or f"{instance.simulator_url}/ai/v1",
        "AiModel": model.get("name") or "zikaron-offline",
        # Another transcriber than the simulator's: infra/local/README.md.
        "TranscriptionBaseUrl": os.environ.get("TRANSCRIPTION_BASE_URL") or f"{instance.simulator_url}/ai/v1",
        "StaffIssuer": f"{instance.simulator_url}/oidc",
        "StaffAudience": AUDIENCE,
        "StaffRoleClaim": "role",
        "ConsoleClientId": CONSOLE_CLIENT,
    }


def fingerprint(values: dict[str, str]) -> str:
    """What a deployment is made of: when it is the same, there is nothing to deploy."""
    digest = hashlib.sha256(TEMPLATE.read_bytes())
    digest.update(json.dumps(values, sort_keys=True).encode())
    for name in FUNCTIONS:
        digest.update(hashlib.sha256((BUILD / name / "bootstrap").read_bytes()).digest())
    return digest.hexdigest()


def deploy(instance: Instance, values: dict[str, str]) -> dict[str, str]:
    """Deploys if anything changed. Answers the stack's outputs."""
    stamp, wanted = instance.folder / "deployed", fingerprint(values)
    outputs = instance.aws.outputs(STACK)
    if outputs and stamp.exists() and stamp.read_text() == wanted:
        return outputs
    stamp.unlink(missing_ok=True)
    if not outputs:
        (instance.folder / "seeded").unlink(missing_ok=True)
    template = instance.folder / "template.yaml"
    text, replaced = CODE_URI.subn(rf"\g<1>{BUILD}/\g<2>", TEMPLATE.read_text())
    if replaced != len(FUNCTIONS):
        raise Failure(f"template.yaml names {replaced} functions, {len(FUNCTIONS)} are built")
    template.write_text(text)
    sam_deploy(instance, template, values)
    outputs = instance.aws.outputs(STACK)
    if not outputs:
        raise Failure("the deployed stack shows no outputs")
    stamp.write_text(wanted)
    return outputs


def sam_deploy(instance: Instance, template: Path, values: dict[str, str]) -> None:
    instance.aws.make_bucket(f"{STACK}-code")
    command = [
        venvs.folder("sam") / "bin" / "sam",
        "deploy",
        "--template-file",
        template,
        "--stack-name",
        STACK,
        "--s3-bucket",
        f"{STACK}-code",
        "--region",
        aws.REGION,
        "--capabilities",
        "CAPABILITY_IAM",
        "--no-confirm-changeset",
        "--no-fail-on-empty-changeset",
        "--no-progressbar",
        "--parameter-overrides",
        *(f"{name}={value}" for name, value in values.items()),
    ]
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(instance.folder),
        "LANG": "C.UTF-8",
        "SAM_CLI_TELEMETRY": "0",
        # Without it SAM CLI breaks off at the template's loop (Fn::ForEach).
        "SAM_CLI_ENABLE_LANGUAGE_EXTENSIONS": "1",
        "SAM_CLI_POLL_DELAY": "0.2",
        "AWS_ENDPOINT_URL": instance.aws.url,
        **aws.CREDENTIALS,
    }
    log = instance.log("deploy")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        done = subprocess.run(
            [str(part) for part in command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise Failure(f"sam deploy failed; the end of {log}:\n{log.read_text()[-3000:]}")
