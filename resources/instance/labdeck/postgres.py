"""PostgreSQL as an instance needs it: on a unix socket only, known by the peer's user, small."""

import os
import pwd
from pathlib import Path

from . import paths

# Peers are known to the kernel, so the database needs no password and nobody can lose one.
HBA = "local all all peer map=labdeck\n"
IDENT = "labdeck root postgres\nlabdeck root lavaserver\nlabdeck postgres postgres\nlabdeck lavaserver lavaserver\n"


def binary(major: int, name: str) -> str:
    return f"/usr/lib/postgresql/{major}/bin/{name}"


def write_configuration(major: int, lean: bool, cluster: Path = paths.CLUSTER) -> None:
    """Writes the configuration of this start into the runtime folder; the one inside the cluster is not used."""
    settings: dict[str, str | int] = {
        "data_directory": str(cluster),
        "hba_file": str(paths.RUNTIME / "pg_hba.conf"),
        "ident_file": str(paths.RUNTIME / "pg_ident.conf"),
        "listen_addresses": "",
        "unix_socket_directories": str(paths.POSTGRES_SOCKETS),
        "port": paths.POSTGRES_PORT,
        "max_connections": 24 if lean else 48,
        "shared_buffers": "12MB" if lean else "32MB",
        "work_mem": "4MB",
        "maintenance_work_mem": "16MB" if lean else "32MB",
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "min_wal_size": "8MB",
        "max_wal_size": "64MB",
        "max_logical_replication_workers": 0,
        "max_parallel_workers": 0,
        "max_parallel_workers_per_gather": 0,
        "autovacuum_max_workers": 1,
        # Each time it looks at a database that is a process started.
        "autovacuum_naptime": "5min",
        "jit": "off",
        "huge_pages": "off",
        "timezone": "UTC",
        "lc_messages": "C.UTF-8",
        "log_line_prefix": "%m [%p] ",
        "log_checkpoints": "off",
        "logging_collector": "off",
    }
    if major >= 18:
        # The default is three more processes that read ahead: none of it is needed for a few megabytes.
        settings["io_method"] = "sync"
    text = "".join(f"{key} = '{value}'\n" for key, value in settings.items())
    paths.POSTGRES_CONF.write_text(text)
    (paths.RUNTIME / "pg_hba.conf").write_text(HBA)
    (paths.RUNTIME / "pg_ident.conf").write_text(IDENT)


def prepare_to_start(cluster: Path = paths.CLUSTER) -> None:
    """Removes what a killed PostgreSQL left: its pid may be somebody else's by now, and it would refuse to start for ever."""
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    paths.POSTGRES_SOCKETS.mkdir(mode=0o775, exist_ok=True)
    user = pwd.getpwnam("postgres")
    os.chown(paths.POSTGRES_SOCKETS, user.pw_uid, user.pw_gid)
    for stale in paths.POSTGRES_SOCKETS.glob(".s.PGSQL.*"):
        stale.unlink(missing_ok=True)


def argv(major: int) -> list[str]:
    return [binary(major, "postgres"), f"--config-file={paths.POSTGRES_CONF}"]


def cluster_major(cluster: Path) -> int | None:
    """The major version a cluster was made by, None when there is none."""
    try:
        return int((cluster / "PG_VERSION").read_text().strip())
    except (FileNotFoundError, ValueError):
        return None


def create_statement() -> str:
    """Makes LAVA's database as LAVA's own packages do."""
    return f"CREATE DATABASE {paths.DATABASE} LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' ENCODING 'UTF-8' OWNER lavaserver TEMPLATE template0"
