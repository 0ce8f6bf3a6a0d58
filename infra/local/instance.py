"""One local stack: its folder, its ports, its processes."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aws
import processes
import venvs
from paths import HERE, LOCAL, Failure, tail, target

READY_SECONDS = 30
# What AWS waits a minute or two for, in seconds: the pause before an event is given to a failed function again.
RETRY_PAUSE = "0.5"


class Instance:
    """A stack in a folder, on two or three ports."""

    def __init__(
        self,
        folder: Path,
        gateway_port: int,
        simulator_port: int,
        faults_port: int | None = None,
        *,
        keep: bool,
        outlive: bool,
    ):
        """Keeps its state from one start to the next, and outlives the launcher, or does not.

        With a port for faults, the functions reach AWS through a proxy that injects them; nobody else does.
        """
        self.folder = folder
        self.gateway_port = gateway_port
        self.simulator_port = simulator_port
        self.keep = keep
        self.outlive = outlive
        self.aws = aws.Aws(f"http://127.0.0.1:{gateway_port}")
        self.simulator_url = f"http://127.0.0.1:{simulator_port}"
        self.faults_port = faults_port
        self.faults_url = f"http://127.0.0.1:{faults_port}" if faults_port else ""
        self.written = folder / "processes.json"
        self.running: list[processes.Process] = []

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One launcher at a time works on this folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Failure(f"another launcher is working on {self.folder}") from None
            yield

    def runs(self) -> bool:
        """Whether all of it runs, here. Only looks, where `adopt` clears away."""
        _, known = processes.read(self.written)
        return len(known) == 2 and all(one.alive() for one in known) and self.healthy()

    def adopt(self) -> bool:
        """Takes over what runs already, if all of it runs, here; else clears away what is left of it."""
        _, known = processes.read(self.written)
        if self.runs():
            self.running = known
            return True
        for one in known:
            one.stop()
        return False

    def healthy(self) -> bool:
        return aws.answers(f"{self.aws.url}/_ministack/health") and aws.answers(f"{self.simulator_url}/health")

    def check_ports(self) -> None:
        for port, what in ((self.gateway_port, "the AWS gateway"), (self.simulator_port, "the simulator")):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError as reason:
                    raise Failure(
                        f"port {port}, meant for {what}, cannot be had ({reason.strerror}): "
                        "set PORT to another number; all ports count from it"
                    ) from None

    def start(self, name: str, command: processes.Command, environment: dict[str, str], health: str) -> None:
        process = processes.start(name, command, environment, self.log(name), outlive=self.outlive)
        self.running.append(process)
        processes.write_down(self.written, None if self.outlive else processes.myself(), self.running)
        if not aws.wait_for(health, process, READY_SECONDS):
            raise Failure(f"{name} did not start; the end of {self.log(name)}:\n{tail(self.log(name))}")

    def start_ministack(self) -> None:
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        # Functions inherit all of this: nothing of the caller's environment but where programs are.
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "TMPDIR": str(temporary),
            "LANG": "C.UTF-8",
            **aws.CREDENTIALS,
            # Only the functions are told by this; ministack itself calls nobody.
            "AWS_ENDPOINT_URL": self.faults_url or self.aws.url,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.gateway_port),
            "MINISTACK_REGION": aws.REGION,
            "PERSIST_STATE": "1" if self.keep else "0",
            "STATE_DIR": str(self.folder / "state"),
            "LAMBDA_ASYNC_RETRY_BASE_SECONDS": RETRY_PAUSE,
            # A function may do what its role allows and nothing else. Not behind the proxy: what it passes on is no
            # longer what the function signed.
            "AUTH": "false" if self.faults_url else "true",
            # Not wanted: a port for MQTT, one for SFTP, and the containers of some other ministack swept away.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": f"unix://{self.folder}/no-docker",
        }
        python = venvs.folder("stack") / "bin" / "python"
        self.start(
            "ministack", [python, HERE / "ministack_launcher.py"], environment, f"{self.aws.url}/_ministack/health"
        )

    def start_faults(self) -> None:
        """The proxy between the functions and ministack; without rules it lets everything through."""
        python = venvs.folder(venvs.FAULTS) / "bin" / "python"
        command = [
            python,
            "-m",
            "microburst",
            "--host",
            "127.0.0.1",
            "--port",
            self.faults_port,
            "--upstream",
            self.aws.url,
        ]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **aws.CREDENTIALS}
        self.start("microburst", command, environment, f"{self.faults_url}/_microburst/health")

    def start_simulator(self, known: dict[str, str]) -> None:
        command = [target() / "simulator", "--port", self.simulator_port]
        self.start("simulator", command, known, f"{self.simulator_url}/health")

    def stop(self) -> None:
        # In the order of starting, turned round: the simulator has nothing to keep, ministack saves its state.
        for process in reversed(self.running):
            process.stop()
        self.running = []
        self.written.unlink(missing_ok=True)


def standing(*, outlive: bool) -> Instance:
    """The stack of `make up` (which outlives its launcher) and `make dev` (which does not)."""
    text = os.environ.get("PORT", "4560")
    if not text.isdigit() or not 1024 <= int(text) <= 65533:
        raise Failure(f"PORT is {text!r}: a number from 1024 to 65533 is needed")
    return Instance(LOCAL / "dev", int(text), int(text) + 1, keep=True, outlive=outlive)


def passing(*, faults: bool = False) -> Instance:
    """A stack in a folder of its own, on ports nobody listens on right now."""
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=LOCAL))
    processes.write_down(folder / "processes.json", processes.myself(), [])
    probes = [socket.socket() for _ in range(3 if faults else 2)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        ports = [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
    return Instance(folder, *ports, keep=False, outlive=False)


def left_behind() -> list[Path]:
    """Folders of passing stacks whose launcher is dead."""
    folders = []
    for folder in LOCAL.glob("run-*"):
        owner, _ = processes.read(folder / "processes.json")
        if owner is None or not owner.alive():
            folders.append(folder)
    return folders
