"""The status of an answer over HTTP. Not http.client: that one costs more than the rest of a round of probes."""

import socket
import time

_most_bytes = 1 << 16


class ProbeError(Exception):
    """Something answered, but not with HTTP."""


def http_status(port: int, path: str, timeout_seconds: float) -> int:
    """Asks for `path` on the loopback interface. Raises OSError (TimeoutError after `timeout_seconds` in all) or ProbeError."""
    deadline = time.monotonic() + timeout_seconds
    with socket.create_connection(("127.0.0.1", port), timeout_seconds) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        # To its end: who is hung up on in the middle logs it.
        while len(answer) < _most_bytes:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            connection.settimeout(left)
            piece = connection.recv(_most_bytes)
            if not piece:
                break
            answer += piece
    words = answer.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        raise ProbeError("the answer is not HTTP" if answer else "the connection was closed")
    return int(words[1])
