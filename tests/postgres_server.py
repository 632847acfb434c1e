"""A PostgreSQL server of our own for the tests: started from the system's package, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


class PostgresServer:
    """One cluster in a temporary folder; as root it runs under the account `postgres`, for it refuses root."""

    def __init__(self, settings: Sequence[str] = ()) -> None:
        self._bin = find_binaries()
        self._user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="coordinator-postgres-"))
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.folder.chmod(0o700)
        self.port = _free_port()
        self._settings = settings
        self._run(
            "initdb", "-D", str(self.folder / "cluster"), "-A", "trust", "-U", "owner", "-E", "UTF8", "--locale=C"
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c max_connections=60"
        options += "".join(f" -c {setting}" for setting in self._settings)
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "cluster"), "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "cluster"), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def dsn(self, database: str = "postgres", user: str = "owner") -> str:
        return f"host=127.0.0.1 port={self.port} dbname={database} user={user}"

    def fresh_database(self, name: str) -> str:
        """Make an empty database and return the DSN of its owner."""
        import psycopg

        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.dsn(name)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            user=self._user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace')}")


def find_binaries() -> Path:
    """Return the folder with the newest PostgreSQL programs; raises FileNotFoundError where there are none."""
    found = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()),
        key=lambda path: int(path.parent.name),
    )
    if found:
        return found[-1]
    onpath = shutil.which("initdb")
    if onpath:
        return Path(onpath).parent
    raise FileNotFoundError("PostgreSQL is not installed; install the package postgresql.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
