"""LAVA's settings of this instance. Written as JSON, which is YAML too, so that no value can break out of its line."""

import grp
import json
import os
import secrets
from typing import Any

from . import documents, paths

# Sorted before a user's own files in settings.d, so that those win.
OURS = "10-labdeck.yaml"
SECRET = "00-secret-key.yaml"


def write_settings(config: documents.Config, suffix: str) -> None:
    """Writes what Labdeck decides, anew at each start; generates the secret key when there is none."""
    folder = paths.ETC_SERVER / "settings.d"
    folder.mkdir(parents=True, exist_ok=True)
    _write(OURS, build_settings(config, suffix, _source_settings()))
    if not (folder / SECRET).exists():
        _write(SECRET, {"SECRET_KEY": secrets.token_urlsafe(48)})


def build_settings(config: documents.Config, suffix: str, source: dict[str, Any]) -> dict[str, Any]:
    """
    `suffix` is random, made once per volume: cookies know no ports, so without it two instances would log each other
    out. It doesn't change with the name, so that a rename logs nobody out.
    """
    host = config.host_with_port.rsplit(":", 1)[0]
    return {
        "INSTANCE_NAME": config.name,
        "ALLOWED_HOSTS": sorted({"127.0.0.1", "localhost", "[::1]", host}),
        "CSRF_TRUSTED_ORIGINS": [config.url.rstrip("/")],
        # Plain http on the loopback interface: a cookie marked secure would never come back.
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_SECURE": False,
        "HTTPS_XML_RPC": False,
        "SESSION_COOKIE_NAME": f"labdeck_{suffix}_session",
        "CSRF_COOKIE_NAME": f"labdeck_{suffix}_csrf",
        "EVENT_NOTIFICATION": True,
        "EVENT_SOCKET": f"tcp://*:{paths.EVENT_PORT}",
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": paths.DATABASE,
                "USER": "lavaserver",
                "HOST": str(paths.POSTGRES_SOCKETS),
                "PORT": paths.POSTGRES_PORT,
                # Kept open between requests: a connection is a process started, which costs more than most pages' queries.
                "CONN_MAX_AGE": 60,
                "CONN_HEALTH_CHECKS": True,
            }
        },
        # To the part's own output, which the init keeps and rotates.
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"lava": {"format": "%(levelname)s %(asctime)s %(module)s %(message)s"}},
            "handlers": {"output": {"class": "logging.StreamHandler", "formatter": "lava"}},
            "loggers": {
                "django": {"handlers": ["output"], "level": "ERROR"},
                "django_auth_ldap": {"handlers": ["output"], "level": "INFO"},
                "lava_results_app": {"handlers": ["output"], "level": "INFO"},
                "lava_scheduler_app": {"handlers": ["output"], "level": "INFO"},
                "lava-server-api": {"handlers": ["output"], "level": "INFO", "propagate": False},
            },
        },
        **source,
    }


def _source_settings() -> dict[str, Any]:
    try:
        return documents.read_object(paths.SOURCE_SETTINGS)
    except FileNotFoundError:
        return {}


def _write(name: str, values: dict[str, Any]) -> None:
    path = paths.ETC_SERVER / "settings.d" / name
    documents.write_atomically(path, json.dumps(values, indent=1) + "\n", 0o640, durable=name == SECRET)
    os.chown(path, 0, grp.getgrnam("lavaserver").gr_gid)
