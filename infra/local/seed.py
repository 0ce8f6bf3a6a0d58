"""What a fresh local stack holds: one connection, one number, one business. All of it is invented."""

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request

import aws
import deploy
from instance import Instance
from paths import Failure, target

BUSINESS = "demo-salon"
NUMBER = "100000000000001"
# The same on every machine, so that the signed samples in `events/` are good everywhere: stand-ins, not secrets.
APP_SECRET = "demo-app-secret"
VERIFY_TOKEN = "demo-verify-token"
CALLS_SECRET = "demo-calls-secret"
CALLS_TOKEN = "demo-calls-token"
CALLS_API_KEY = "demo-calls-api-key"
# One connection for each call provider, `calls-<provider>`; all of them lead to the business by this number.
CALL_PROVIDERS = ("elevenlabs", "vapi", "retell", "bland", "twilio", "generic")
CALLS_NUMBER = "+12025550100"
# The simulator's account there: calls are fetched from it.
TWILIO_ACCOUNT = "AC00000000000000000000000000000001"

SETTINGS = {
    "name": "מספרת הדמו",
    "language": "he",
    "country": "IL",
    "instructions": (
        "אתה נציג השירות של מספרת הדמו ברחוב דיזנגוף בתל אביב. "
        "שעות הפתיחה: ראשון עד חמישי 9:00-20:00, שישי 8:00-14:00, שבת סגור. "
        'מחירים: תספורת גברים 80 ש"ח, תספורת נשים 150 ש"ח, עיצוב זקן 40 ש"ח, צבע החל מ-220 ש"ח. '
        "ענה בקצרה, בחום ולעניין. אל תמציא תורים או מחירים שאינם כתובים כאן; "
        "בקשה לתור מועברת לצוות, שחוזר ללקוח עם שעה."
    ),
    "enable_customer_service": "true",
    "transcription_model": "zikaron-offline",
    "sees_images": "true",
}


def environment(instance: Instance, outputs: dict[str, str], values: dict[str, str]) -> dict[str, str]:
    """What a program needs to know to work with the stack: `.local/env`."""
    return {
        # %24 is a dollar sign: written plainly, a shell that sources the file would swallow `$default`.
        "WEBHOOK_URL": f"{instance.aws.url}/_aws/execute-api/{outputs['ApiId']}/%24default"
        f"/webhooks/whatsapp/{deploy.CONNECTION}",
        "CALLS_URL": f"{instance.aws.url}/_aws/execute-api/{outputs['ApiId']}/%24default/webhooks/calls",
        "CALLS_SECRET": CALLS_SECRET,
        "CALLS_TOKEN": CALLS_TOKEN,
        "CALLS_API_KEY": CALLS_API_KEY,
        "CALLS_NUMBER": CALLS_NUMBER,
        "API_URL": f"{instance.aws.url}/_aws/execute-api/{outputs['ApiId']}/%24default/v1",
        "CONSOLE_URL": f"{instance.aws.url}/_aws/execute-api/{outputs['ApiId']}/%24default/console",
        "WHATSAPP_APP_SECRET": APP_SECRET,
        "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
        "CONNECTION_ID": deploy.CONNECTION,
        "BUSINESS_ID": BUSINESS,
        "SIMULATOR_URL": instance.simulator_url,
        "AWS_ENDPOINT_URL": instance.aws.url,
        "FAULTS_URL": instance.faults_url,
        **aws.CREDENTIALS,
        "TABLE_NAME": outputs["TableName"],
        "EVENT_BUS_NAME": outputs["EventBusName"],
        "IMPORT_BUCKET": outputs["ImportBucketName"],
        "SCHEDULE_GROUP": outputs["ScheduleGroup"],
        "SCHEDULE_ROLE_ARN": outputs["ScheduleRoleArn"],
        "SUMMARIZER_ARN": outputs["SummarizerArn"],
        "DELIVER_ARN": outputs["DeliverArn"],
        "FAILURE_QUEUE_ARN": outputs["SummarizerFailuresArn"],
        "DELIVER_FAILURES_URL": outputs["DeliverFailuresUrl"],
        "WEBHOOK_RETRY_SECONDS": values["WebhookRetrySeconds"],
        "WEBHOOK_TARGETS": values["WebhookTargets"],
        "REPLY_FAILURES_URL": outputs["ReplyFailuresUrl"],
        "SUMMARIZER_FAILURES_URL": outputs["SummarizerFailuresUrl"],
        "PARKED_URL": outputs["ParkedUrl"],
        "SECRET_PREFIX": deploy.STACK,
        "SESSION_IDLE_SECONDS": values["SessionIdleSeconds"],
        "SCHEDULER_LEAD_SECONDS": values["SchedulerLeadSeconds"],
        "SETTINGS_CACHE_SECONDS": values["SettingsCacheSeconds"],
        "GRAPH_BASE_URL": values["GraphBaseUrl"],
        "CALL_BASE_URL": values["CallBaseUrl"],
        "CALL_WEBHOOK_URL": f"{instance.aws.url}/_aws/execute-api/{outputs['ApiId']}/%24default/webhooks/calls",
        "AI_BASE_URL": values["AiBaseUrl"],
        "AI_MODEL": values["AiModel"],
        "TRANSCRIPTION_BASE_URL": values["TranscriptionBaseUrl"],
        "OIDC_ISSUER": values["StaffIssuer"],
        "OIDC_AUDIENCE": values["StaffAudience"],
        "OIDC_BUSINESS_CLAIM": "business",
        "OIDC_ROLE_CLAIM": values["StaffRoleClaim"],
    }


def write_environment(instance: Instance, known: dict[str, str]) -> None:
    """Writes `env` into the stack's folder, readable by its owner only."""
    file = instance.folder / "env"
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text("".join(f"{name}={value}\n" for name, value in known.items()))
    fresh.replace(file)


def access_token(instance: Instance) -> str:
    """What the simulator asks for as WhatsApp does; made once for a stack."""
    file = instance.folder / "access-token"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))
    return file.read_text()


def api_token(instance: Instance) -> str:
    """A token of an admin of the demo business, good for a month: the local issuer gives one to whoever asks."""
    claims = {"business": BUSINESS, "role": "admin", "exp": int(time.time()) + 30 * 24 * 3600}
    request = urllib.request.Request(
        f"{instance.simulator_url}/oidc/token",
        data=json.dumps(claims).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["access_token"])


def put_secrets(instance: Instance, token: str, api_key: str) -> None:
    """Fills in what an operator fills in by hand on AWS."""
    connection = {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": token}
    put = {f"{deploy.STACK}/connections/{deploy.CONNECTION}": connection, f"{deploy.STACK}/ai": {"api_key": api_key}}
    for name, value in put.items():
        instance.aws.call("secretsmanager", "PutSecretValue", SecretId=name, SecretString=json.dumps(value))


def make_call_secrets(instance: Instance, known: dict[str, str]) -> None:
    """Further connections are secrets an operator makes by hand."""
    for provider in CALL_PROVIDERS:
        value = {
            "provider": provider,
            "signing_secret": CALLS_SECRET,
            "token": CALLS_TOKEN,
            "api_key": CALLS_API_KEY,
        }
        if provider == "twilio":
            # A function here sees another address than the one that is posted to.
            value |= {"api_user": TWILIO_ACCOUNT, "webhook_url": f"{known['CALLS_URL']}/twilio/calls-twilio"}
        instance.aws.call(
            "secretsmanager",
            "CreateSecret",
            Name=f"{deploy.STACK}/connections/calls-{provider}",
            SecretString=json.dumps(value),
        )


def seed_business(instance: Instance, known: dict[str, str]) -> None:
    """Settings and route of the demo business, once, through the same command an operator uses."""
    stamp = instance.folder / "seeded"
    if stamp.exists():
        return
    admin(known, "connection", "give", "--connection", deploy.CONNECTION, "--business", BUSINESS)
    admin(known, "route", "add", "--connection", deploy.CONNECTION, "--number", NUMBER, "--business", BUSINESS)
    make_call_secrets(instance, known)
    for provider in CALL_PROVIDERS:
        admin(
            known, "route", "add", "--connection", f"calls-{provider}", "--number", CALLS_NUMBER, "--business", BUSINESS
        )
    for key, value in SETTINGS.items():
        admin(known, "--business", BUSINESS, "settings", "set", key, value)
    stamp.touch()


def admin(known: dict[str, str], *arguments: str) -> None:
    command = [str(target() / "admin"), *arguments]
    done = subprocess.run(command, env={**os.environ, **known}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise Failure(f"admin {' '.join(arguments[:4])} failed: {done.stderr.strip()}")
