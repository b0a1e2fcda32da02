"""What happens between the start of a container and LAVA being up, in a thread beside the init's loop."""

import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

from . import documents, paths, settings, volume
from .control import Caller
from .errors import LabError, from_os_error
from .pgwire import PgConnection, PgError, applied_migrations
from .schema import missing_migrations

if TYPE_CHECKING:
    from .init import Init

_patience_seconds = 20.0


class Boot:
    def __init__(self, init: "Init") -> None:
        self._init = init
        self._restored = threading.Event()
        self._restoring: Caller | None = None

    def start(self) -> None:
        threading.Thread(target=self._run, name="boot", daemon=True).start()

    def begin_restore(self, caller: Caller) -> dict[str, Any]:
        """Lets one caller write the volume until it says `restored`; one that goes away before may come again."""
        if self._init.state != "awaiting-restore":
            raise LabError("CONFLICT", f"The instance is {self._init.state}; only a new one takes a backup.", "Make a new instance from the backup.")
        if self._restoring is not None:
            raise LabError("CONFLICT", "A restore is under way.")
        self._restoring = caller
        caller.on_gone = self._restore_abandoned
        return {}

    def finish_restore(self, caller: Caller, manifest: dict[str, Any]) -> dict[str, Any]:
        if self._restoring is not caller:
            raise LabError("CONFLICT", "No restore is under way.")
        caller.on_gone = None
        self._restoring = None
        self._init.logs.note(f"restored a backup of {manifest.get('instanceName')} made by LAVA {manifest.get('lavaVersion')}")
        self._restored.set()
        return {}

    def _restore_abandoned(self) -> None:
        self._init.logs.note("the restore was broken off")
        self._restoring = None

    def _run(self) -> None:
        init = self._init
        try:
            self._bring_up()
        except LabError as error:
            init.reaping.set()
            if init.supervisor.parts["database"].wanted:
                # Logs and the database stay reachable; what to do about it is Labdeck's to decide.
                init.enter("failed", error)
            else:
                init.refuse(error)
        except Exception as error:
            init.reaping.set()
            init.refuse(from_os_error(error, "Starting") if isinstance(error, OSError) else LabError("COMMAND_FAILED", f"Starting failed: {error!r}"))

    def _bring_up(self) -> None:
        init = self._init
        init.config = documents.read_config()
        record, is_new = self._open_volume()
        init.logs.release()
        settings.write_settings(init.config, record["id"])
        if init.config.start != "maintenance":
            init.zygote.settings_ready()
        init.reaping.set()
        init.supervisor.want("database")
        init.health.start()
        self._await_database()
        if init.config.start == "maintenance":
            # The database alone: what is backed up now is not written to meanwhile.
            init.health.use_database()
            init.enter("maintenance")
            return
        if is_new == "restore":
            init.enter("awaiting-restore")
            self._restored.wait()
            init.enter("starting")
            # The backup brought its own settings, and may lack folders a newer LAVA has.
            volume.fill_folders()
            settings.write_settings(init.config, record["id"])
        applied = self._applied()
        volume.refuse_newer(applied, record.get("lavaVersion"), init.image)
        migrated = self._migrate(applied)
        fingerprint = [init.config.name, init.config.url, init.config.worker]
        if is_new or migrated or record.get("prepared") != fingerprint or not (paths.WORKER_DIR / "token").exists():
            self._await_zygote()
            init.run_task("prepare", {"host": init.config.host_with_port, "name": init.config.name, "worker": init.config.worker, "board": bool(init.image.get("qemu"))})
        try:
            init.health.use_lava()
        except PgError as error:
            raise LabError("DAMAGED", f"LAVA's database cannot be read: {error}", "Restore a backup.") from error
        init.supervisor.want("server", "publisher", "scheduler", *(["worker"] if init.config.worker else []))
        record |= {"postgresMajor": init.image["postgresMajor"], "lavaVersion": init.image["lavaVersion"], "prepared": fingerprint}
        if is_new or migrated or "migrations" not in record:
            record["migrations"] = self._applied()
        if is_new:
            init.volume.finish(record)
        else:
            init.volume.update(record)
        self._await_all()
        # What was measured while it started says little.
        init.usage.hasten()
        init.health.hasten()
        init.enter("running")

    def _open_volume(self) -> tuple[dict[str, Any], str | None]:
        init = self._init
        init.volume.lock()
        record = init.volume.inspect(init.image)
        if record is not None:
            volume.fill_folders()
            shutil.rmtree(paths.SPOOL, ignore_errors=True)
            paths.SPOOL.mkdir(mode=0o700)
            return record, None
        if init.config.start == "maintenance":
            raise LabError("CONFLICT", "There is nothing on this volume yet.", "Start the instance first.")
        if init.volume.unfinished() == "restore" and init.config.start != "restore":
            raise LabError("DAMAGED", "The restore of this volume was never finished.", "Restore the backup again, into a new volume.")
        purpose = "restore" if init.config.start == "restore" else "new"
        return init.volume.begin(purpose), purpose

    def _await_database(self) -> None:
        init = self._init
        deadline = time.monotonic() + _patience_seconds
        while init.supervisor.parts["database"].state != "ok":
            part = init.supervisor.parts["database"]
            if time.monotonic() > deadline and part.restarts >= 3:
                init.enter("failed", LabError("DAMAGED", f"The database does not start: {init.logs.log('database').last_line() or part.detail}", "Restore a backup; the log of the database says more."))
            init.health.hasten()
            time.sleep(0.03)
        init.enter("starting")

    def _await_zygote(self) -> None:
        init = self._init
        while not init.zygote.ready.wait(0.2):
            if init.zygote.failures >= 3:
                words = init.logs.log("lava").last_line() or "it ended without a word"
                init.enter("failed", LabError("COMMAND_FAILED", f"LAVA cannot be loaded: {words}", "The log of lava says more; for a source branch this is a fault of the branch."))
        if init.state == "failed":
            init.enter("starting")

    def _applied(self) -> dict[str, list[str]]:
        try:
            with PgConnection() as connection:
                return applied_migrations(connection)
        except PgError as error:
            raise LabError("DAMAGED", f"LAVA's database cannot be read: {error}", "Restore a backup.") from error

    def _migrate(self, applied: dict[str, list[str]]) -> bool:
        init = self._init
        missing = missing_migrations(applied, init.image["migrations"], init.image.get("replaced", {}))
        if not missing:
            return False
        init.enter("migrating")
        init.logs.note(f"{len(missing)} migrations to apply, {missing[0]} first")
        self._await_zygote()
        init.enter("migrating")
        init.run_task("migrate", {})
        return True

    def _await_all(self) -> None:
        init = self._init
        while not init.supervisor.all_ok():
            if init.zygote.failures >= 3 and not init.zygote.ready.is_set():
                self._await_zygote()
            init.health.hasten()
            time.sleep(0.05)
