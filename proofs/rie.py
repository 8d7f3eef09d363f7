"""AWS's Runtime Interface Emulator (RIE) with one function in it, and a line to AWS that can be held."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import threading
import urllib.parse
from typing import Any

from api import eventually
from stack import INVOCATIONS, PATIENCE_SECONDS, Answer, send


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def environment(configuration: dict[str, Any]) -> dict[str, str]:
    """Returns the environment of a deployed function: its variables, and those that Lambda adds."""
    return configuration["Environment"]["Variables"] | {
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(configuration["Timeout"]),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{configuration['FunctionName']}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "$LATEST",
    }


class Rie:
    """A process of RIE that runs `command` as Lambda runs a bootstrap, with the environment of a deployed function."""

    def __init__(
        self, program: list[str], command: list[str], configuration: dict[str, Any], log: pathlib.Path, **changed: str
    ) -> None:
        self.port, runtime_api = free_port(), free_port()
        addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"]
        addresses += ["--runtime-api-address", f"127.0.0.1:{runtime_api}"]
        with log.open("ab") as written:
            self.process = subprocess.Popen(
                [*program, "--log-level", "error", *addresses, *command],
                env=environment(configuration) | changed,
                stdout=written,
                stderr=subprocess.STDOUT,
            )
        eventually(f"{program[-1]} that listens, see {log}", self._listens, PATIENCE_SECONDS)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def invoke(self, event: bytes) -> Answer:
        return send("POST", f"http://127.0.0.1:{self.port}" + INVOCATIONS.format("function"), event)

    def function_process(self) -> int:
        """Returns the process id of the function, or 0 if none runs."""
        path = pathlib.Path(f"/proc/{self.process.pid}/task")
        children = [child for task in path.iterdir() for child in (task / "children").read_text().split()]
        return int(children[0]) if children else 0

    def __enter__(self) -> "Rie":
        return self

    def __exit__(self, *_: object) -> None:
        function = self.function_process()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if function:
            with contextlib.suppress(ProcessLookupError):
                os.kill(function, signal.SIGKILL)


class Line:
    """A line to the emulator of AWS. While it is held, requests arrive nowhere and get no answer."""

    def __init__(self, endpoint: str) -> None:
        address = urllib.parse.urlsplit(endpoint)
        self.emulator = (address.hostname, address.port)
        self.open = threading.Event()
        self.open.set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.endpoint = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(self.emulator)
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while (data := source.recv(1 << 16)) and self.open.is_set():
                target.sendall(data)
            # What came while the line was held is lost, with its connection.
            self.open.wait()
        except OSError:
            pass
        finally:
            for end in (source, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
