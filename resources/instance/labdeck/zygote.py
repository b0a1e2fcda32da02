"""
Imports Django and LAVA once and forks every process that needs them.

Four LAVA daemons that each import the same hundred megabytes are where LAVA's start and memory go; forked from one
parent they start in milliseconds and share those pages. It talks to the init over a SOCK_SEQPACKET socket on the
descriptor it is given:

    init: {"setup": true}            zygote: {"ready": true}
    init: {"run": task, "args": {}}  with descriptors (output[, connection])      zygote: {"pid": n}

A task is forked twice, so that the init adopts it and sees its end like that of any other part.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

_before_settings = ("lava_dispatcher.worker", "aiohttp.web", "gunicorn.app.base", "psycopg2", "zmq.asyncio", "jinja2", "django.db.models", "django.forms")
_after_settings = ("lava_server.wsgi", "lava_server.urls", "labdeck.daemons", "labdeck.tasks")


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["DJANGO_SETTINGS_MODULE"] = "lava_server.settings.prod"
    for name in _before_settings:
        importlib.import_module(name)
    if not channel.recv(1 << 16):
        return
    for name in _after_settings:
        importlib.import_module(name)
    from labdeck import daemons

    daemons.preload()
    gc.collect()
    # What is never looked at by the collector is never written to, so stays one copy for all.
    gc.freeze()
    channel.send(json.dumps({"ready": True}).encode())
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, 1 << 16, 4)
        if not message:
            return
        pid = _fork_adopted(json.loads(message), descriptors, channel)
        for descriptor in descriptors:
            os.close(descriptor)
        channel.send(json.dumps({"pid": pid}).encode())


def _fork_adopted(request: dict[str, Any], descriptors: list[int], channel: socket.socket) -> int:
    reader, writer = os.pipe()
    middle = os.fork()
    if middle == 0:
        pid = os.fork()
        if pid:
            os.write(writer, str(pid).encode())
            os._exit(0)
        os.close(reader)
        os.close(writer)
        channel.close()
        _run(request, descriptors)
    os.close(writer)
    pid = int(os.read(reader, 20))
    os.close(reader)
    os.waitpid(middle, 0)
    return pid


def _run(request: dict[str, Any], descriptors: list[int]) -> None:
    """The rest of a forked process's life."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(descriptors[0], 1)
        os.dup2(descriptors[0], 2)
        connection = socket.socket(fileno=os.dup(descriptors[1])) if len(descriptors) > 1 else None
        for descriptor in (nothing, *descriptors):
            os.close(descriptor)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        gc.enable()

        from labdeck import daemons, tasks

        if request["run"] in daemons.DAEMONS:
            daemons.DAEMONS[request["run"]](request["args"])
        else:
            tasks.run(request["run"], request["args"], connection)
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
