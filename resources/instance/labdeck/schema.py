"""Whether a database made by one LAVA can be opened by another: by the migrations both know, not by version numbers."""

import re
from collections.abc import Mapping, Sequence

Migrations = Mapping[str, Sequence[str]]

_squashed = re.compile(r"_squashed_(\d+)")
_number = re.compile(r"(\d+)")


def unknown_migrations(applied: Migrations, image: Migrations) -> list[str]:
    """
    Migrations in the database the image has never heard of, as `app.name`, sorted. Empty: the image can open it.
    Apps the image does not have at all are ignored: nothing in it reads their tables.

    A squashed migration leaves the names it replaced in the database for ever, also when the code later forgets
    them: those up to the number it ends at are not news.
    """
    unknown = []
    for app, names in applied.items():
        if app not in image:
            continue
        known = set(image[app])
        residue = max((int(match[1]) for name in known if name in names and (match := _squashed.search(name))), default=-1)
        for name in names:
            match = _number.match(name)
            if name not in known and not (match and int(match[1]) <= residue):
                unknown.append(f"{app}.{name}")
    return sorted(unknown)


def missing_migrations(applied: Migrations, image: Migrations, replaced: Migrations) -> list[str]:
    """Migrations of the image the database has not seen, as `app.name`; those that are only the replaced half of a squash don't count."""
    return sorted(f"{app}.{name}" for app, names in image.items() for name in names if name not in applied.get(app, ()) and name not in replaced.get(app, ()))
