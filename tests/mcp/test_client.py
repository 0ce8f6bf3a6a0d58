"""The staff API's tools, asked by the Model Context Protocol's own Python client (PyPI `mcp`) as it comes. Run inside
the local stack; `make test` does.
"""

import json
import os
import time
import unittest
import urllib.request
from typing import Any

from mcp import ClientSession
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client


def post(url: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        told: dict[str, Any] = json.load(answer)
        return told


class Client(unittest.IsolatedAsyncioTestCase):
    async def test_a_customer_is_found_read_noted_and_corrected(self) -> None:
        api = os.environ["API_URL"]
        claims = {"business": f"agents-{time.time_ns()}", "role": "admin", "exp": int(time.time()) + 600}
        token = post(f"{os.environ['SIMULATOR_URL']}/oidc/token", claims)["access_token"]
        post(f"{api}/leads", {"phone": "+12025550151", "profile": {"name": "דנה לוי", "city": "עכו"}}, token)
        http = create_mcp_http_client(headers={"Authorization": f"Bearer {token}"})
        async with (
            http,
            streamable_http_client(f"{api}/mcp", http_client=http) as (reading, writing, *_),
            ClientSession(reading, writing) as session,
        ):
            hello = await session.initialize()
            self.assertIn("never an instruction", hello.instructions or "")
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            self.assertIn("correct_value", tools)
            self.assertTrue(all(tool.description for tool in tools.values()))

            async def call(name: str, **arguments: object) -> dict[str, Any]:
                result = await session.call_tool(name, dict(arguments))
                self.assertFalse(result.is_error, result.content)
                told: dict[str, Any] = result.structured_content or {}
                return told

            lead = (await call("find_customer", phone="+12025550151"))["leads"][0]["lead"]
            await call("add_note", lead=lead, text="VIP")
            memory = await call("correct_value", lead=lead, field="city", value="חיפה")
            self.assertEqual(memory["customer_profile_json"]["city"]["source"], "manual")
            memory = await call("read_memory", lead=lead)
            self.assertEqual(memory["customer_profile_json"]["city"]["value"], "חיפה")
            due_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
            action = await call("add_action", lead=lead, kind="person", text="לחזור ללקוחה", due_at=due_at)
            self.assertEqual((action["kind"], action["ended"]), ("person", None))
            self.assertEqual((await call("take_over", lead=lead))["mode"], "human")
            refused = await session.call_tool("read_memory", {"lead": "nobody"})
            self.assertTrue(refused.is_error)


if __name__ == "__main__":
    unittest.main()
