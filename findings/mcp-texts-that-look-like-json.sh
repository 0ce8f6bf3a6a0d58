#!/usr/bin/env bash
# mcp 2.3.0 (PyPI, the protocol's own server in Python; 1.30.0 does the same): a tool has an optional text, `str | None`, and says
# so to the agent: a text or null. A text that happens to be JSON is read as JSON before it is checked. The word "null" becomes
# no text at all, which is stored without a word; a text in square brackets or braces becomes a list or an object and is then
# refused, because it is no text; and where a list may come too, the text in brackets becomes one. Digits, `true` and texts in
# quotation marks are left alone, and so is everything where the parameter is a plain `str`. What an argument is, the tool's
# inputSchema says (https://modelcontextprotocol.io/specification/2025-06-18/server/tools#tool), and to JSON Schema a text is
# a text whatever stands in it (https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.1): jsonschema 4.26.0 finds
# every one of these arguments right. fastmcp 4.2.3 (PyPI), which builds on the same package, hands them on as they are.
# What customers write is such a text now and then: a list in brackets, a piece of a configuration.
# Seen: the table below: text, jsonschema of the tool's own schema, mcp, fastmcp. Ours takes a text for a text
# (functions/api/src/mcp).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install mcp==2.3.0 fastmcp==4.2.3 jsonschema==4.26.0
cat > "$work/probe.py" <<'EOF'
import asyncio
import json
import logging

import fastmcp
from jsonschema import Draft202012Validator
from mcp.client import Client
from mcp.server.mcpserver import MCPServer

logging.disable()


def note(text: str | None = None) -> str:
    return json.dumps(text)


def tags(text: str | list[str]) -> str:
    return json.dumps(text)


def plain(text: str) -> str:
    return json.dumps(text)


servers = MCPServer("memory"), fastmcp.FastMCP("memory")
for server in servers:
    for tool in (note, tags, plain):
        server.tool()(tool)


def said(result, failed):
    return "refused" if failed else result.content[0].text


async def main():
    async with Client(servers[0]) as own, fastmcp.Client(servers[1]) as fast:
        schemas = {tool.name: tool.input_schema for tool in (await own.list_tools()).tools}
        print("note takes", json.dumps(schemas["note"]["properties"]["text"]["anyOf"]))
        for name, text in (
            ("note", "Dana"),
            ("note", "0555000123"),
            ("note", "null"),
            ("note", "[10, 12]"),
            ("note", '{"size": "M"}'),
            ("tags", '["vip"]'),
            ("plain", "null"),
            ("plain", "[10, 12]"),
        ):
            call = {"text": text}
            valid = Draft202012Validator(schemas[name]).is_valid(call)
            first = await own.call_tool(name, call)
            second = await fast.call_tool(name, call, raise_on_error=False)
            print(name, text, valid, said(first, first.is_error), said(second, second.is_error), sep=" | ")


asyncio.run(main())
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'note takes [{"type": "string"}, {"type": "null"}]
note | Dana | True | "Dana" | "Dana"
note | 0555000123 | True | "0555000123" | "0555000123"
note | null | True | null | "null"
note | [10, 12] | True | refused | "[10, 12]"
note | {"size": "M"} | True | refused | "{\"size\": \"M\"}"
tags | ["vip"] | True | ["vip"] | "[\"vip\"]"
plain | null | True | "null" | "null"
plain | [10, 12] | True | "[10, 12]" | "[10, 12]"' ] || { echo 'changed: an argument is read otherwise'; exit 1; }
