"""labctl: one command, its input as JSON on stdin, one JSON object on stdout. Secrets come and go by pipes only."""

import json
import socket
import sys
from typing import Any

from . import documents, paths
from .errors import LabError, from_os_error
from .logs import read_tail

_answer_seconds = 60
_max_input_bytes = 1 << 20
_forwarded = ("admin", "token", "login", "restart")
_log_names = ("init", "lava", "setup", "database", "server", "publisher", "scheduler", "worker")


def main() -> int:
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    try:
        answer = _run(command)
    except LabError as error:
        return _fail(error, to_stderr=command == "backup")
    except (BrokenPipeError, KeyboardInterrupt):
        return 1
    except OSError as error:
        return _fail(from_os_error(error, command), to_stderr=command == "backup")
    if answer is not None:
        print(json.dumps(answer), flush=True)
    return 0


def _fail(error: LabError, to_stderr: bool) -> int:
    print(json.dumps(error.document()), file=sys.stderr if to_stderr else sys.stdout, flush=True)
    return 1


def _run(command: str) -> dict[str, Any] | None:
    if command == "status":
        return ask("status", {})
    if command in _forwarded:
        return ask(command, _input())
    if command == "logs":
        return _logs(_input())
    if command == "schema":
        return _schema()
    if command == "backup":
        from .backup import write_backup

        write_backup(sys.stdout.buffer)
        return None
    if command == "restore":
        from .restore import restore_backup

        return {"restored": restore_backup(sys.stdin.buffer)}
    raise LabError("BAD_REQUEST", "usage: labctl status|admin|token|login|backup|restore|schema|logs|restart")


class Session:
    """A conversation with the init, which notices when it ends."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_answer_seconds)
        try:
            self._socket.connect(str(paths.CONTROL_SOCKET))
        except OSError as error:
            raise LabError("CONFLICT", "The instance is still starting or is stopping.", "Try again in a few seconds.") from error
        self._stream = self._socket.makefile("rb")

    def ask(self, command: str, args: dict[str, Any]) -> dict[str, Any]:
        try:
            self._socket.sendall(json.dumps({"command": command, "args": args}).encode() + b"\n")
            line = self._stream.readline()
        except TimeoutError as error:
            raise LabError("TIMEOUT", f"{command} took longer than {_answer_seconds} s.", "See the logs of the instance.") from error
        if not line:
            raise LabError("COMMAND_FAILED", f"{command} ended without an answer.", "See the log of setup.")
        reply = json.loads(line)
        answer = reply["answer"]
        if not reply["ok"]:
            raise LabError(answer["code"], answer["message"], answer.get("hint", ""))
        return answer


def ask(command: str, args: dict[str, Any]) -> dict[str, Any]:
    return Session().ask(command, args)


def _input() -> dict[str, Any]:
    text = sys.stdin.buffer.read(_max_input_bytes + 1)
    try:
        value = json.loads(text or b"{}")
    except ValueError as error:
        raise LabError("BAD_REQUEST", f"stdin is not JSON: {error}") from error
    if not isinstance(value, dict) or len(text) > _max_input_bytes:
        raise LabError("BAD_REQUEST", "stdin must be one JSON object of at most 1 MiB")
    return value


def _logs(args: dict[str, Any]) -> dict[str, Any]:
    part, lines = args.get("part"), args.get("lines", 200)
    if part not in _log_names:
        raise LabError("BAD_REQUEST", f"There is no log of {part}.", f"One of {', '.join(_log_names)}.")
    if not isinstance(lines, int) or isinstance(lines, bool) or not 0 < lines <= 100_000:
        raise LabError("BAD_REQUEST", "lines must be a number from 1 to 100000")
    return {"text": read_tail(part, lines)}


def _schema() -> dict[str, Any]:
    image = documents.read_image()
    try:
        record = documents.read_object(paths.RECORD)
        volume = {key: record.get(key) for key in ("postgresMajor", "migrations", "lavaVersion")}
    except FileNotFoundError:
        volume = None
    return {"image": {key: image[key] for key in ("postgresMajor", "migrations")}, "volume": volume, "lavaVersion": image["lavaVersion"]}
