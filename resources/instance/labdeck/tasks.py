"""What needs LAVA's own models, each in a process of its own forked from the zygote; its answer goes down a connection."""

import json
import socket
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sites.models import Site
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.validators import validate_email
from django.db import DatabaseError, transaction
from django.db.backends.signals import connection_created
from lava_scheduler_app.models import Worker
from linaro_django_xmlrpc.models import AuthToken

from . import documents, login, paths
from .errors import LabError
from .virtual_board import register_board


def run(task: str, args: dict[str, Any], connection: socket.socket | None) -> None:
    """Runs one task and answers with its result or its error; raises SystemExit(1) after an error."""
    # These are not web requests: a migration may take longer than one statement of a page.
    connection_created.disconnect(dispatch_uid="setup_postgres")
    try:
        answer, code = _tasks[task](args), 0
    except LabError as error:
        answer, code = error.document(), 1
    except DatabaseError as error:
        answer, code = LabError("COMMAND_FAILED", f"The database refused: {error}".strip()).document(), 1
    if connection is not None:
        connection.settimeout(10)
        connection.sendall(json.dumps({"ok": code == 0, "answer": answer}).encode() + b"\n")
    if code:
        print(json.dumps(answer))
        raise SystemExit(code)


def migrate(_args: dict[str, Any]) -> dict[str, Any]:
    call_command("migrate", interactive=False, fake_initial=True, verbosity=1)
    for command, options in (("drop_materialized_views", []), ("refresh_queries", ["--all"])):
        call_command(command, *options)
    return {}


def prepare(args: dict[str, Any]) -> dict[str, Any]:
    """What an instance must have beside an empty database: its address, its worker, the board in the image if there is one."""
    Site.objects.update_or_create(pk=1, defaults={"domain": args["host"], "name": args["name"][:50]})
    Site.objects.clear_cache()
    if args["worker"]:
        worker, _ = Worker.objects.get_or_create(hostname=paths.WORKER_NAME, defaults={"description": "The worker of this instance"})
        documents.write_atomically(paths.WORKER_DIR / "token", worker.token + "\n", 0o600)
        if args["board"]:
            register_board(worker)
    return {}


def admin(args: dict[str, Any]) -> dict[str, Any]:
    """Creates a superuser, or gives an existing user that password and those rights."""
    username, password = _text(args, "username"), _text(args, "password")
    email = args.get("email") or ""
    try:
        User.username_validator(username)
        if email:
            validate_email(email)
    except ValidationError as error:
        raise LabError("BAD_REQUEST", " ".join(error.messages)) from error
    if len(username) > 150:
        raise LabError("BAD_REQUEST", "username is longer than 150 characters")
    with transaction.atomic():
        user, created = User.objects.get_or_create(username=username)
        user.set_password(password)
        user.is_superuser = user.is_staff = user.is_active = True
        if email:
            user.email = email
        user.save()
    return {"created": created}


def token(args: dict[str, Any]) -> dict[str, Any]:
    """A token for the REST API; the same description gives the same token."""
    description = _text(args, "description")[:100]
    user = _user(args)
    found = AuthToken.objects.filter(user=user, description=description).order_by("pk").first()
    return {"token": (found or AuthToken.objects.create(user=user, description=description)).secret}


def log_in(args: dict[str, Any]) -> dict[str, Any]:
    user = _user(args)
    from .daemons import become_lavaserver

    # The file is the web server's to remove.
    become_lavaserver()
    return {"path": login.issue(user.username)}


_tasks: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"migrate": migrate, "prepare": prepare, "admin": admin, "token": token, "login": log_in}


def _user(args: dict[str, Any]) -> User:
    username = _text(args, "username")
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise LabError("BAD_REQUEST", f"There is no active user {username}.", "Create one with the admin command.")
    return user


def _text(args: dict[str, Any], name: str) -> str:
    value = args.get(name)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise LabError("BAD_REQUEST", f"{name} is missing")
    return value
