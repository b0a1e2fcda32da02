"""
The few messages of PostgreSQL's wire protocol (version 3.0) that health checks and backups need, on its unix socket.

Not psycopg2: that one cannot be given a deadline, and a probe that hangs must not take the init with it.
"""

import socket
import struct
from types import TracebackType

from . import paths

_PROTOCOL = 196608


class PgError(Exception):
    """What the server answered, or that it did not."""


class PgConnection:
    """
    One connection as the database superuser (peer authentication as root). Every wait ends after `timeout_seconds`.
    Raises PgError.
    """

    def __init__(self, database: str = paths.DATABASE, user: str = "postgres", timeout_seconds: float = 3) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout_seconds)
        try:
            self._socket.connect(str(paths.POSTGRES_SOCKETS / f".s.PGSQL.{paths.POSTGRES_PORT}"))
            self._stream = self._socket.makefile("rb")
            options = b"".join(text.encode() + b"\0" for text in ("user", user, "database", database, "application_name", "labdeck"))
            self._send(b"", struct.pack("!I", _PROTOCOL) + options + b"\0")
            self._until_ready()
        except PgError:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise PgError(str(error)) from error

    def query(self, text: str) -> list[list[str | None]]:
        """Runs one statement (simple protocol) and returns its rows as text."""
        try:
            self._send(b"Q", text.encode() + b"\0")
            return self._until_ready()
        except OSError as error:
            raise PgError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> "PgConnection":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _send(self, kind: bytes, payload: bytes) -> None:
        self._socket.sendall(kind + struct.pack("!I", len(payload) + 4) + payload)

    def _until_ready(self) -> list[list[str | None]]:
        rows: list[list[str | None]] = []
        problem = None
        while True:
            header = self._read(5)
            payload = self._read(struct.unpack("!I", header[1:])[0] - 4)
            match header[:1]:
                case b"Z":
                    if problem:
                        raise PgError(problem)
                    return rows
                case b"D":
                    rows.append(_row(payload))
                case b"E":
                    fields = {part[:1]: part[1:].decode("utf-8", "replace") for part in payload.split(b"\0") if part}
                    problem = fields.get(b"M", "error")
                    if fields.get(b"V") in ("FATAL", "PANIC"):
                        raise PgError(problem)
                case b"R" if payload[:4] != b"\0\0\0\0":
                    raise PgError("PostgreSQL asks for a password; its pg_hba.conf is not ours")

    def _read(self, count: int) -> bytes:
        data = self._stream.read(count)
        if data is None or len(data) < count:
            raise PgError("the connection was closed")
        return data


def _row(payload: bytes) -> list[str | None]:
    (count,) = struct.unpack_from("!H", payload)
    position, row = 2, []
    for _ in range(count):
        (length,) = struct.unpack_from("!i", payload, position)
        position += 4
        row.append(None if length < 0 else payload[position : position + length].decode())
        position += max(length, 0)
    return row


def applied_migrations(connection: PgConnection) -> dict[str, list[str]]:
    """The migrations the database has seen, by app; empty for a database LAVA was never in."""
    if connection.query("SELECT to_regclass('django_migrations')") == [[None]]:
        return {}
    applied: dict[str, list[str]] = {}
    for app, name in connection.query("SELECT app, name FROM django_migrations ORDER BY app, name"):
        applied.setdefault(str(app), []).append(str(name))
    return applied


def count_holdings(connection: PgConnection) -> dict[str, int]:
    """How much somebody would miss: jobs, devices and users (without LAVA's own)."""
    ((jobs, devices, users),) = connection.query(
        "SELECT (SELECT count(*) FROM lava_scheduler_app_testjob), (SELECT count(*) FROM lava_scheduler_app_device),"
        " (SELECT count(*) FROM auth_user WHERE username <> 'lava-health')"
    )
    return {"jobs": int(jobs or 0), "devices": int(devices or 0), "users": int(users or 0)}
