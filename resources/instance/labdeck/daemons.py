"""LAVA's daemons as they run in a process forked from the zygote. Django is set up by then."""

import ctypes
import logging
import os
import pwd
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command, load_command_class
from django.db import connections
from django.db.backends.signals import connection_created
from lava_server.wsgi import application

from . import paths
from .login import with_login

_set_name = 15  # PR_SET_NAME
_libc = ctypes.CDLL(None)
_application = with_login(application)
_publisher = load_command_class("lava_server", "lava-publisher")
_scheduler = load_command_class("lava_server", "lava-scheduler")


def preload() -> None:
    """What LAVA would otherwise import or build at the first request, in each process anew."""
    from django.template import engines
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018
    engines.all()
    # A connection would be shared by all children, and break in each.
    connections.close_all()


def run_server(args: dict[str, Any]) -> None:
    from gunicorn.app.base import BaseApplication

    class Application(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options = {
                "bind": [f"0.0.0.0:{paths.SERVER_PORT}"],
                "worker_class": "gthread",
                "workers": 1 if args["lean"] else 2,
                "threads": 4,
                "user": "lavaserver",
                "group": "lavaserver",
                "timeout": 60,
                "graceful_timeout": 2,
                "keepalive": 5,
                "worker_tmp_dir": "/dev/shm",
                "errorlog": "-",
                "loglevel": "info",
                "proc_name": "lava-server",
                # Of gunicorn 25 and later: a socket we would have to guard and don't use.
                "control_socket_disable": True,
            }
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return _application

    _name("lava-server")
    sys.argv = ["lava-server"]
    Application().run()


def run_publisher(_args: dict[str, Any]) -> None:
    _name("lava-publisher")
    _without_statement_timeout()
    become_lavaserver()
    call_command(_publisher, host="0.0.0.0", port=paths.PUBLISHER_PORT, log_file="-", level="INFO")


def run_scheduler(_args: dict[str, Any]) -> None:
    _name("lava-scheduler")
    _without_statement_timeout()
    become_lavaserver()
    call_command(_scheduler, event_url=f"tcp://127.0.0.1:{paths.EVENT_PORT}", log_file="-", level="INFO")


def run_worker(_args: dict[str, Any]) -> None:
    _name("lava-worker")
    # Asked too early, LAVA's worker asks again only 20 s later.
    while not _server_listens():
        time.sleep(0.05)
    import lava_dispatcher.worker

    # For the jobs it starts: none of Labdeck's or Django's environment is theirs.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    os.chdir("/")
    sys.argv = [
        "lava-worker",
        "--name", paths.WORKER_NAME,
        "--url", f"http://127.0.0.1:{paths.SERVER_PORT}/",
        "--ws-url", f"http://127.0.0.1:{paths.PUBLISHER_PORT}/ws/",
        "--worker-dir", str(paths.WORKER_DIR),
        "--token-file", str(paths.WORKER_DIR / "token"),
        "--log-file", "-",
        "--level", "INFO",
    ]  # fmt: skip
    lava_dispatcher.worker.run()


DAEMONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "server": run_server,
    "publisher": run_publisher,
    "scheduler": run_scheduler,
    "worker": run_worker,
}


def become_lavaserver() -> None:
    """Drops root for good."""
    user = pwd.getpwnam("lavaserver")
    os.setgroups([])
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    os.umask(0o022)


def _without_statement_timeout() -> None:
    # lava_server.wsgi limits each statement of a web request; in its own process a daemon has no such limit.
    connection_created.disconnect(dispatch_uid="setup_postgres")


def _server_listens() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", paths.SERVER_PORT), timeout=1):
            return True
    except OSError:
        return False


def _name(name: str) -> None:
    # An import of LAVA's leaves a handler on the root logger, which would print each line twice.
    logging.root.handlers.clear()
    _libc.prctl(_set_name, name.encode(), 0, 0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
