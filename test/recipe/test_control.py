import json
import selectors
import socket
from typing import Any

from support import RecipeTest

from labdeck import paths
from labdeck.control import Caller, ControlSocket
from labdeck.errors import LabError


class ControlTest(RecipeTest):
    def setUp(self) -> None:
        super().setUp()
        self.move_paths("CONTROL_SOCKET")
        self.selector = selectors.DefaultSelector()
        self.addCleanup(self.close)
        self.gone = 0
        self.control = ControlSocket(self.selector, self.handle)

    def handle(self, command: str, args: dict[str, Any], caller: Caller) -> dict[str, Any] | None:
        if command == "hold":
            caller.on_gone = self.on_gone
        if command == "refuse":
            raise LabError("CONFLICT", "no", "later")
        return {"command": command, "args": args}

    def on_gone(self) -> None:
        self.gone += 1

    def close(self) -> None:
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self.selector.close()

    def turn(self, wait: float = 5) -> None:
        for key, _ in self.selector.select(wait):
            key.data()

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        self.addCleanup(connection.close)
        connection.connect(str(paths.CONTROL_SOCKET))
        self.turn()
        return connection

    def ask(self, data: bytes) -> dict[str, Any]:
        connection = self.connect()
        connection.sendall(data)
        self.turn()
        connection.settimeout(5)
        return json.loads(connection.recv(1 << 16))

    def test_a_command_is_answered(self) -> None:
        self.assertEqual(self.ask(b'{"command": "x", "args": {"a": 1}}\n'), {"ok": True, "answer": {"command": "x", "args": {"a": 1}}})

    def test_a_refusal_has_a_code_and_a_hint(self) -> None:
        self.assertEqual(self.ask(b'{"command": "refuse"}\n'), {"ok": False, "answer": {"code": "CONFLICT", "message": "no", "hint": "later"}})

    def test_what_is_no_request_is_refused(self) -> None:
        for line in (b"no json\n", b"[]\n", b"3\n", b'{"command": "x", "args": 3}\n', b"\xff\n", b'{"args": {}}\n'):
            with self.subTest(line):
                self.assertEqual(self.ask(line)["answer"]["code"], "BAD_REQUEST")

    def test_only_root_may_ask(self) -> None:
        self.assertEqual(paths.CONTROL_SOCKET.stat().st_mode & 0o777, 0o600)

    def test_that_a_caller_has_gone_is_noticed(self) -> None:
        connection = self.connect()
        connection.sendall(b'{"command": "hold"}\n')
        self.turn()
        connection.close()
        self.turn()
        self.assertEqual(self.gone, 1)

    def test_a_request_without_an_end_is_hung_up_on(self) -> None:
        connection = self.connect()
        connection.setblocking(False)
        hung_up = False
        while not hung_up:
            try:
                connection.send(b"x" * 65536)
                self.turn(0)
            except (BrokenPipeError, ConnectionResetError):
                hung_up = True
        self.assertTrue(hung_up)
