"""Starts ministack (AWS on this machine) with three of its parts replaced; refuses to start if a patch would not take.

1. Schedules are looked at every second instead of every ten, so that a short idle time can be tried out.
2. Events and schedules invoke functions as AWS does: two more attempts, then the function's OnFailure destination.
   Unpatched, an event whose function dies in mid-invocation is lost.
3. A call about a schedule is checked against the caller's role on the schedule in its group, as AWS does, and not on
   one of that name in the default group.

The patched names are private, hence the exact version. `test_ministack.py` tries out the first two; without the
third no story gets through, because the roles name the group.
"""

import json
import sys
from importlib.metadata import version

VERSION = "1.5.33"
TICK_SECONDS = 1


class PatchFailed(Exception):
    """ministack is not built the way the patches need it."""


def reads(function, name):
    """Whether the function looks the global name up each time it runs, so that replacing it has an effect."""
    return name in function.__code__.co_names


def patch():
    """Replaces the parts."""
    from ministack import app
    from ministack.core import iam_actions
    from ministack.services import eventbridge, lambda_svc, scheduler

    if version("ministack") != VERSION:
        raise PatchFailed(f"made for ministack {VERSION}, found {version('ministack')}")
    if not reads(scheduler._ticker_loop, "_SCHEDULE_TICK_INTERVAL"):
        raise PatchFailed("the scheduler no longer reads its interval")
    if not reads(eventbridge._invoke_target, "_dispatch_to_lambda"):
        raise PatchFailed("the event bus no longer invokes functions by the replaced name")
    if not reads(scheduler._tick_schedules, "_invoke_target"):
        raise PatchFailed("schedules no longer go through the event bus's targets")

    if not reads(app._dispatch_service_request, "extract_resource_arn"):
        raise PatchFailed("permissions are no longer checked on what the replaced name says")

    def invoke(arn, payload):
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            print(f"no such function: {name}", file=sys.stderr)
            return
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    named = iam_actions.extract_resource_arn

    def in_its_group(service, method, path, headers, body, query, *scope):
        arn = named(service, method, path, headers, body, query, *scope)
        return arn.replace(":schedule/default/", f":schedule/{group(body, query)}/") if service == "scheduler" else arn

    scheduler._SCHEDULE_TICK_INTERVAL = TICK_SECONDS
    eventbridge._dispatch_to_lambda = invoke
    iam_actions.extract_resource_arn = in_its_group


def group(body, query):
    """The schedule group a call names."""
    if body:
        return json.loads(body).get("GroupName", "default")
    return (query.get("groupName") or ["default"])[0]


def main():
    try:
        patch()
    except (PatchFailed, ImportError, AttributeError) as reason:
        sys.exit(f"ministack cannot be used: {reason}")
    from ministack import app

    sys.argv = sys.argv[:1]
    app.main()


if __name__ == "__main__":
    main()
