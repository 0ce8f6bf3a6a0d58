"""Starts ministack, which is AWS on this machine, with three of its parts replaced.

ministack has no settings for these, so names of its own are replaced, two of them private (with an underscore):

1. `services.scheduler._SCHEDULE_TICK_INTERVAL`, the seconds between two looks at the one-shot schedules: 1 instead of
   10. A test that waits for a silence of four seconds must not wait for ten more.
2. `services.eventbridge._dispatch_to_lambda`, through which events and schedules invoke functions: it now goes through
   ministack's own asynchronous invocation, which tries twice more and then hands the event to the function's OnFailure
   destination, as AWS does. As it is, an event is lost when its function dies in mid-invocation, and that an event
   is not lost is what the tests are about.
3. `core.iam_actions.extract_resource_arn`, which says what resource a call is checked against: for schedules it now
   names the group of the call. As it is, it names the group `default`, and the roles, which may touch the schedules of
   the stack's own group only, would be refused.

What replaces the second calls two more private functions, of `services.lambda_svc`. What is private may change with
any version. So the version is fixed, and before anything is replaced this looks whether ministack still reads those
names where it did; if not, it refuses to start. `test_ministack.py` tries out the first two; without the third no
story of the local stack gets through.
"""

import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

VERSION = "1.5.33"
TICK_SECONDS = 1


class PatchFailed(Exception):
    """ministack is not built the way the patches need it."""


def reads(function: Callable[..., Any], name: str) -> bool:
    """Whether the function looks the global name up each time it runs, so that replacing it has an effect."""
    return name in function.__code__.co_names


def patch() -> None:
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

    def invoke(arn: str, payload: str) -> None:
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            print(f"no such function: {name}", file=sys.stderr)
            return
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    named = iam_actions.extract_resource_arn

    def in_its_group(
        service: str, method: str, path: str, headers: Any, body: bytes, query: dict[str, list[str]], *scope: Any
    ) -> Any:
        arn = named(service, method, path, headers, body, query, *scope)
        return arn.replace(":schedule/default/", f":schedule/{group(body, query)}/") if service == "scheduler" else arn

    scheduler._SCHEDULE_TICK_INTERVAL = TICK_SECONDS
    eventbridge._dispatch_to_lambda = invoke
    iam_actions.extract_resource_arn = in_its_group


def group(body: bytes, query: dict[str, list[str]]) -> str:
    """The schedule group a call names."""
    if body:
        return str(json.loads(body).get("GroupName", "default"))
    return (query.get("groupName") or ["default"])[0]


def main() -> None:
    try:
        patch()
    except (PatchFailed, ImportError, AttributeError) as reason:
        sys.exit(f"ministack cannot be used: {reason}")
    from ministack import app

    sys.argv = sys.argv[:1]
    app.main()


if __name__ == "__main__":
    main()
