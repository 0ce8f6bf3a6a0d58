"""Between the functions and the model: hands everything on as it comes, and writes down what was asked and answered."""

import asyncio
import contextlib
import json
import threading
import time
from dataclasses import dataclass
from typing import Any

# How the instructions of a digest begin (shared/ai/src/prompts.rs); everything else is a reply.
DIGEST = "You keep a business's memory"


@dataclass
class Exchange:
    """A request to the model and what became of it. Times are seconds since 1970."""

    kind: str
    begun: float
    ended: float = 0.0
    # 0: whoever asked hung up before there was an answer.
    status: int = 0
    finish: str = ""
    content: str = ""
    prompt_tokens: int = 0
    answer_tokens: int = 0
    request: str = ""


class Recorder:
    """A proxy on a thread of its own. One request a connection: whoever hangs up is hung up on, as without a proxy."""

    def __init__(self, upstream_port: int):
        self.upstream_port = upstream_port
        self.exchanges: list[Exchange] = []
        self.port = 0
        self.ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        if not self.ready.wait(10):
            raise RuntimeError("the recorder did not start")

    async def serve(self) -> None:
        server = await asyncio.start_server(self.handle, "127.0.0.1", 0, limit=16 * 1024 * 1024)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await server.serve_forever()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head, body = await message(reader)
            exchange = Exchange(kind_of(body), time.time(), request=body.decode(errors="replace"))
            self.exchanges.append(exchange)
            answer = asyncio.create_task(self.ask(head, body))
            gone = asyncio.create_task(reader.read(1))
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            exchange.ended = time.time()
            if answer.done():
                note(exchange, answer.result())
                writer.write(answer.result())
                await writer.drain()
            for task in (answer, gone):
                task.cancel()
        writer.close()

    async def ask(self, head: list[bytes], body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        try:
            kept = [line for line in head if not line.lower().startswith(b"connection:")]
            writer.write(b"\r\n".join([*kept, b"Connection: close", b"", body]))
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()


async def message(reader: asyncio.StreamReader) -> tuple[list[bytes], bytes]:
    """The lines of a request's head, and its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).rstrip().split(b"\r\n")
    lengths = [line.partition(b":")[2] for line in head if line.lower().startswith(b"content-length:")]
    return head, await reader.readexactly(int(lengths[0]) if lengths else 0)


def kind_of(body: bytes) -> str:
    try:
        return "digest" if DIGEST in json.loads(body)["messages"][0]["content"] else "reply"
    except (ValueError, LookupError, TypeError):
        return "reply"


def note(exchange: Exchange, answer: bytes) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    with contextlib.suppress(ValueError, IndexError):
        exchange.status = int(head.split()[1])
    try:
        told: dict[str, Any] = json.loads(body)
        choice, usage = told["choices"][0], told.get("usage", {})
    except (ValueError, LookupError):
        exchange.content = body.decode(errors="replace")
        return
    exchange.finish = choice.get("finish_reason") or ""
    exchange.content = choice["message"].get("content") or ""
    exchange.prompt_tokens, exchange.answer_tokens = usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)
