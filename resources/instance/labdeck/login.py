"""
Opening an instance logged in: `/labdeck/login?token=...`, once, within a minute.

Only the hash of a token is kept, as a file that whoever uses it must be the one to remove; a web server that
restarts in between changes nothing. Time is monotonic, so a stepped clock neither extends nor ends it.
"""

import hashlib
import json
import os
import pwd
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from . import paths

PATH = "/labdeck/login"
_valid_seconds = 60
_headers = [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff")]
StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def make_folder() -> None:
    """Empties and makes the folder of the tokens; those of an earlier start are void."""
    paths.LOGIN_TOKENS.mkdir(mode=0o700, exist_ok=True)
    for entry in paths.LOGIN_TOKENS.iterdir():
        entry.unlink()
    user = pwd.getpwnam("lavaserver")
    os.chown(paths.LOGIN_TOKENS, user.pw_uid, user.pw_gid)


def issue(username: str) -> str:
    """A path that logs `username` in once; the caller has checked that there is such a user."""
    for entry in paths.LOGIN_TOKENS.iterdir():
        _take(entry.name, only_expired=True)
    token = secrets.token_urlsafe(32)
    handle = os.open(paths.LOGIN_TOKENS / _digest(token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"username": username, "expires": time.monotonic() + _valid_seconds}, file)
    return f"{PATH}?token={token}"


def redeem(token: str) -> str | None:
    """The user a token was made for; None for one that is unknown, used or too old."""
    return _take(_digest(token))


def with_login(application: Application) -> Application:
    """LAVA's web application with the login in front of it."""

    def wrapped(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return application(environ, start_response)
        cookies = None
        if environ.get("REQUEST_METHOD") == "GET":
            username = redeem(parse_qs(environ.get("QUERY_STRING", "")).get("token", [""])[0])
            cookies = _session_cookies(environ, username) if username else None
        if cookies is None:
            start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8"), *_headers])
            return [b"This link was used already or is too old. Open the instance from Labdeck again.\n"]
        start_response("302 Found", [("Location", _home()), *_headers, *(("Set-Cookie", cookie) for cookie in cookies)])
        return []

    return wrapped


def _session_cookies(environ: dict[str, Any], username: str) -> list[str] | None:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import login
    from django.contrib.auth.models import User
    from django.core.handlers.wsgi import WSGIRequest
    from django.db import close_old_connections
    from django.http import HttpResponse

    close_old_connections()
    try:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            return None
        request = WSGIRequest(environ)
        request.session = import_module(settings.SESSION_ENGINE).SessionStore()
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.save()
        response = HttpResponse()
        response.set_cookie(
            settings.SESSION_COOKIE_NAME,
            request.session.session_key,
            max_age=request.session.get_expiry_age(),
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite=settings.SESSION_COOKIE_SAMESITE,
        )
        return [morsel.OutputString() for morsel in response.cookies.values()]
    finally:
        close_old_connections()


def _home() -> str:
    from django.conf import settings

    return "/" + settings.MOUNT_POINT.lstrip("/")


def _take(name: str, only_expired: bool = False) -> str | None:
    path = paths.LOGIN_TOKENS / name
    try:
        document = json.loads(path.read_text())
        expired = document["expires"] < time.monotonic()
        if only_expired and not expired:
            return None
        # Of two that come with the same token one removes it, and only that one is let in.
        path.unlink()
    except (OSError, ValueError):
        return None
    return None if expired else document["username"]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
