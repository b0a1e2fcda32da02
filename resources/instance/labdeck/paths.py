"""Where everything is inside the container. One place, so that the recipe, the init and the backup agree."""

from pathlib import Path

# The one volume. Nothing else of an instance is worth keeping.
STATE = Path("/state")
RECORD = STATE / "labdeck.json"
UNFINISHED = STATE / ".unfinished"
CLUSTER = STATE / "pg"
ETC_SERVER = STATE / "etc/lava-server"
ETC_DISPATCHER = STATE / "etc/lava-dispatcher"
SERVER_DATA = STATE / "lib/lava-server"
DISPATCHER_DATA = STATE / "lib/dispatcher"
WORKER_DIR = DISPATCHER_DATA / "worker"
LOGS = STATE / "log"
SPOOL = STATE / "spool"

# The folder shared with Labdeck: configuration in, status out.
CHANNEL = Path("/run/labdeck")
CONFIG = CHANNEL / "config.json"
STATUS = CHANNEL / "status.json"

# Of this start of the container only.
RUNTIME = Path("/run/labdeck-internal")
CONTROL_SOCKET = RUNTIME / "control.sock"
LOGIN_TOKENS = RUNTIME / "login"
POSTGRES_CONF = RUNTIME / "postgresql.conf"
POSTGRES_SOCKETS = Path("/run/postgresql")

# Made when the image was built.
LIBRARY = Path("/usr/lib/labdeck")
IMAGE = LIBRARY / "image.json"
SKELETON = LIBRARY / "skeleton"
BAKED_CLUSTER = LIBRARY / "cluster"
SOURCE_SETTINGS = LIBRARY / "source-settings.json"

SERVER_PORT = 80
PUBLISHER_PORT = 8001
EVENT_PORT = 5500
POSTGRES_PORT = 5432

# The instance may be renamed, its worker may not: devices are tied to a worker by this name.
WORKER_NAME = "labdeck"
DATABASE = "lavaserver"
