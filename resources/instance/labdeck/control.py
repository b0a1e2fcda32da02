"""The init's socket for labctl: one JSON line in, one JSON line out, root only."""

import json
import os
import selectors
import socket
from collections.abc import Callable
from typing import Any

from . import paths
from .errors import LabError

_max_request_bytes = 1 << 20
# Answers, or returns None and answers later; the connection is the handler's from then on.
Handler = Callable[[str, dict[str, Any], "Caller"], dict[str, Any] | None]


class Caller:
    """One connection. `on_gone` is called when it ends without `close`."""

    def __init__(self, connection: socket.socket, selector: selectors.BaseSelector) -> None:
        self.connection = connection
        self._selector = selector
        self.on_gone: Callable[[], None] | None = None

    def answer(self, answer: dict[str, Any]) -> None:
        self._send({"ok": True, "answer": answer})

    def refuse(self, error: LabError) -> None:
        self._send({"ok": False, "answer": error.document()})

    def close(self) -> None:
        if self.connection.fileno() >= 0:
            self._selector.unregister(self.connection)
            self.connection.close()

    def _send(self, document: dict[str, Any]) -> None:
        try:
            self.connection.sendall(json.dumps(document).encode() + b"\n")
        except OSError:
            pass


class ControlSocket:
    def __init__(self, selector: selectors.BaseSelector, handle: Handler) -> None:
        self._selector = selector
        self._handle = handle
        paths.CONTROL_SOCKET.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        self._listener.bind(str(paths.CONTROL_SOCKET))
        os.umask(before)
        self._listener.listen(16)
        self._listener.setblocking(False)
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        connection.settimeout(0)
        caller = Caller(connection, self._selector)
        pending = bytearray()
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._read(caller, pending))

    def _read(self, caller: Caller, pending: bytearray) -> None:
        try:
            data = caller.connection.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        pending += data
        if not data or len(pending) > _max_request_bytes:
            caller.close()
            if caller.on_gone:
                caller.on_gone()
            return
        while b"\n" in pending:
            line, _, rest = bytes(pending).partition(b"\n")
            pending[:] = rest
            self._dispatch(caller, line)

    def _dispatch(self, caller: Caller, line: bytes) -> None:
        try:
            try:
                request = json.loads(line)
                command, args = str(request["command"]), dict(request.get("args", {}))
            except (ValueError, KeyError, TypeError) as error:
                raise LabError("BAD_REQUEST", f"not a request: {error}") from error
            answer = self._handle(command, args, caller)
        except LabError as error:
            caller.refuse(error)
            return
        if answer is not None:
            caller.answer(answer)
