"""Small JSON files: written whole or not at all, read with a clear error."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import paths
from .errors import LabError


def write_atomically(path: Path, text: str, mode: int = 0o644, durable: bool = False) -> None:
    """Replaces `path` so that a reader sees the old or the new text, never half; `durable` also survives a power cut."""
    temporary = path.with_name(f".{path.name}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        os.fchmod(file.fileno(), mode)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    os.replace(temporary, path)
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; raises LabError DAMAGED when it is none, FileNotFoundError when it is absent."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LabError("DAMAGED", f"{path} is not readable: {error}") from error
    if not isinstance(value, dict):
        raise LabError("DAMAGED", f"{path} holds no object")
    return value


def write_object(path: Path, value: dict[str, Any], mode: int = 0o644, durable: bool = False) -> None:
    write_atomically(path, json.dumps(value, indent=1) + "\n", mode, durable)


@dataclass(frozen=True)
class Config:
    """What Labdeck asks of this start."""

    name: str = "lava"
    url: str = "http://127.0.0.1/"
    start: str = "normal"
    worker: bool = True
    lean: bool = False

    @property
    def host_with_port(self) -> str:
        return urlsplit(self.url).netloc


def read_config(path: Path = paths.CONFIG) -> Config:
    """Reads config.json; raises LabError BAD_REQUEST for one that Labdeck would not write. Absent: the defaults."""
    try:
        raw = read_object(path)
    except FileNotFoundError:
        return Config()
    except LabError as error:
        raise LabError("BAD_REQUEST", error.message) from error
    if raw.get("version") != 1:
        raise LabError("BAD_REQUEST", f"{path} has version {raw.get('version')!r}; this image knows 1", "Rebuild the image with this Labdeck.")
    fields: dict[str, Any] = {}
    for key, kind in {"name": str, "url": str, "start": str, "worker": bool, "lean": bool}.items():
        if key in raw:
            if not isinstance(raw[key], kind):
                raise LabError("BAD_REQUEST", f"{key} in {path} must be of type {kind.__name__}", "Labdeck writes it anew when it starts the instance.")
            fields[key] = raw[key]
    config = Config(**fields)
    if config.start not in ("normal", "restore", "maintenance"):
        raise LabError("BAD_REQUEST", f"start in {path} must be normal, restore or maintenance")
    if urlsplit(config.url).scheme not in ("http", "https") or not config.host_with_port:
        raise LabError("BAD_REQUEST", f"url in {path} must be an http address")
    return config


def read_image() -> dict[str, Any]:
    """What the image was built with: versions and the migrations it knows."""
    return read_object(paths.IMAGE)
