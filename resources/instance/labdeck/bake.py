"""
Run while the image is built: a cluster with LAVA's tables in it, without secrets, so that a new instance need not
make it; and image.json, which says what the image can open.
"""

import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import documents, paths, postgres, settings
from .pgwire import PgConnection, PgError

_patience_seconds = 60
_packaged_static = Path("/usr/share/lava-server/static")


def main() -> None:
    """`labdeck-bake` makes all anew; `labdeck-bake overlay VERSION` brings a baked image up to the source laid over it."""
    overlay = sys.argv[1:2] == ["overlay"]
    paths.RUNTIME.mkdir(exist_ok=True)
    major = _newest_major()
    if not overlay:
        _init_cluster(major)
    _bare_state()
    postgres.write_configuration(major, lean=False, cluster=paths.BAKED_CLUSTER)
    with _Database(major):
        if not overlay:
            _create_database()
        image = _migrate_and_describe()
    if overlay:
        _collect_static()
    image |= {"recipe": 1, "postgresMajor": major, "sourceVersion": sys.argv[2] if overlay else None, "qemu": Path("/usr/lib/labdeck/qemu-board").exists()}
    documents.write_object(paths.IMAGE, image)
    # Emptied, not removed: it may be a mount point.
    for entry in paths.STATE.iterdir():
        shutil.rmtree(entry)
    shutil.rmtree(paths.RUNTIME)


class _Database:
    """PostgreSQL on the baked cluster; stopped cleanly, so that instances start without recovery."""

    def __init__(self, major: int) -> None:
        self._argv = postgres.argv(major)

    def __enter__(self) -> None:
        postgres.prepare_to_start(paths.BAKED_CLUSTER)
        # Nothing here must survive a power cut, and each segment of the log kept would be copied into every volume.
        self._process = subprocess.Popen([*self._argv, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "min_wal_size=2MB", "-c", "max_wal_size=4MB"], user="postgres", group="postgres", extra_groups=[])
        deadline = time.monotonic() + _patience_seconds
        while True:
            try:
                PgConnection("postgres").close()
                return
            except PgError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(2)
        self._process.wait(60)


def _newest_major() -> int:
    return max(int(entry.name) for entry in Path("/usr/lib/postgresql").iterdir() if entry.name.isdigit())


def _init_cluster(major: int) -> None:
    shutil.rmtree(paths.BAKED_CLUSTER, ignore_errors=True)
    paths.BAKED_CLUSTER.mkdir(mode=0o700)
    user = pwd.getpwnam("postgres")
    os.chown(paths.BAKED_CLUSTER, user.pw_uid, user.pw_gid)
    subprocess.run(
        # Segments of 1 MB instead of 16: an idle instance keeps two of them.
        [postgres.binary(major, "initdb"), "-D", str(paths.BAKED_CLUSTER), "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=1", "--no-sync", "--no-instructions"],
        check=True,
        user="postgres",
        group="postgres",
        extra_groups=[],
    )  # fmt: skip


def _create_database() -> None:
    with PgConnection("postgres") as connection:
        connection.query("CREATE ROLE lavaserver LOGIN")
        connection.query(postgres.create_statement())


def _bare_state() -> None:
    """Just enough of a volume for LAVA to load its settings; thrown away afterwards, its secret key with it."""
    from . import volume

    paths.STATE.mkdir(exist_ok=True)
    volume.fill_folders()
    settings.write_settings(documents.Config(), "bake")


def _migrate_and_describe() -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "lava_server.settings.prod"
    import django

    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from lava_common.version import __version__

    call_command("migrate", interactive=False, verbosity=0)
    call_command("drop_materialized_views")
    loader = MigrationLoader(connection)
    migrations: dict[str, set[str]] = {}
    replaced: dict[str, set[str]] = {}
    for (app, name), migration in loader.disk_migrations.items():
        migrations.setdefault(app, set()).add(name)
        for other, old in migration.replaces:
            migrations.setdefault(other, set()).add(old)
            replaced.setdefault(other, set()).add(old)
    connection.close()
    assert apps.ready
    return {"lavaVersion": __version__, "migrations": _listed(migrations), "replaced": _listed(replaced)}


def _collect_static() -> None:
    from django.conf import settings as django_settings
    from django.core.management import call_command

    # Links: the files are in the image already.
    call_command("collectstatic", interactive=False, link=True, clear=True, verbosity=0)
    root = Path(django_settings.STATIC_ROOT)
    for folder, _, names in os.walk(root):
        for path in (Path(folder, name) for name in names):
            if path.exists():
                continue
            # A tree taken from Debian's package links to where the package would be.
            path.unlink()
            packaged = _packaged_static / path.relative_to(root)
            if packaged.exists():
                path.symlink_to(packaged)


def _listed(values: dict[str, set[str]]) -> dict[str, list[str]]:
    return {app: sorted(names) for app, names in sorted(values.items())}


if __name__ == "__main__":
    main()
    print(json.dumps({key: value for key, value in documents.read_image().items() if key not in ("migrations", "replaced")}))
