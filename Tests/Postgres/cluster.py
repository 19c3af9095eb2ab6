#!/usr/bin/env python3
"""Throw-away PostgreSQL servers for tests: each in a temporary folder, on a free port of 127.0.0.1, gone at the end.

usage: cluster.py run [--icu] -- COMMAND…

`run` starts a server, gives COMMAND its URL in PATROL_TEST_POSTGRES, and ends with COMMAND's exit status. With --icu a
second server that sorts by ICU zh-CN is in PATROL_TEST_POSTGRES_ICU: the gateway must refuse it.

Needs the Debian package postgresql-15. PostgreSQL refuses to run as root: started by root, the servers run as
`postgres` or `nobody`.
"""
import argparse
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

BINARIES = pathlib.Path("/usr/lib/postgresql/15/bin")
SUPERUSER = "patrol"
PATIENCE = 60  # seconds until something that should take one counts as hung

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Nothing is promised on a server that does not sync, and the gateway refuses it.
    "fsync": "on",
    "shared_buffers": "64MB",
    "max_connections": "1500",
    # In the server's folder, so that nothing is left elsewhere when it is killed.
    "dynamic_shared_memory_type": "mmap",
}

STOP_SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}


class ClusterFailure(Exception):
    """The server did not do what a healthy one does; the text shows its own words."""


class Cluster:
    """One server and its folder. Leaving the `with` block stops the one and removes the other."""

    def __init__(self, *, icu=None, settings=None):
        """`icu` names a locale that sorts by ICU, such as zh-CN; `settings` go over those above."""
        self.binaries = find_binaries()
        self.account = unprivileged_account()
        self.icu = icu
        self.settings = {**SETTINGS, **(settings or {})}
        self.port = free_port()
        self.folder = None
        self.process = None

    def __enter__(self):
        try:
            self.make_folder()
            self.initialise()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def data(self):
        return self.folder / "data"

    @property
    def log(self):
        return self.folder / "log"

    # Making

    def make_folder(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patrol-postgres-"))
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)

    def initialise(self):
        """An empty database. It need not survive the machine, so that its making isn't synced."""
        provider = ["--locale-provider=icu", f"--icu-locale={self.icu}"] if self.icu else []
        self.run(
            "initdb", "--pgdata", self.data, "--username", SUPERUSER, "--auth=trust", "--locale=C", "--encoding=UTF8",
            *provider, "--no-sync")

    def copy_from(self, primary):
        """Becomes a standby of another server, with its content as of now. Starting it is the caller's part."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.run(
            "pg_basebackup", "--pgdata", self.data, "--dbname", primary.url("postgres"), "--checkpoint=fast",
            "--wal-method=stream", "--write-recovery-conf", "--no-sync")

    # Running

    def start(self):
        """Returns when the server takes connections, a standby's included."""
        self.launch()
        end = time.monotonic() + PATIENCE
        while not self.accepts_connections():
            if self.process.poll() is not None:
                raise ClusterFailure(f"PostgreSQL ended with {self.process.returncode}: {self.last_words()}")
            if time.monotonic() > end:
                raise ClusterFailure(f"PostgreSQL takes no connection after {PATIENCE} s: {self.last_words()}")
            time.sleep(0.02)

    def launch(self):
        """Starts the server without waiting for it."""
        if self.is_running():
            raise ClusterFailure("the server runs already")
        settings = {**self.settings, "port": self.port, "unix_socket_directories": self.folder}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.log, "ab") as log:
            # In a session of its own: Ctrl-C in a terminal ends the harness, and the harness the server.
            self.process = self.spawn("postgres", "-D", self.data, *options, output=log, start_new_session=True)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def accepts_connections(self):
        return self.spawn("pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port).wait(PATIENCE) == 0

    def stop(self, mode="fast"):
        """As `pg_ctl stop -m MODE`: `fast` syncs and says goodbye, `immediate` leaves recovery to the next start."""
        if self.is_running():
            self.process.send_signal(STOP_SIGNALS[mode])
            self.process.wait(PATIENCE)

    def restart(self, mode="fast"):
        self.stop(mode)
        self.start()

    def kill(self):
        """kill -9 of every process of the server at once; harmless on a dead one."""
        if not self.is_running():
            return
        # Frozen, the first process starts no further ones between the look and the kill.
        os.kill(self.process.pid, signal.SIGSTOP)
        family = [*children(self.process.pid), self.process.pid]
        for pid in family:
            kill_if_alive(pid)
        self.process.wait(PATIENCE)
        end = time.monotonic() + PATIENCE
        while any(map(is_alive, family)):
            if time.monotonic() > end:
                raise ClusterFailure("the killed server does not die")
            time.sleep(0.005)
        self.remove_shared_memory()

    def remove_shared_memory(self):
        """A killed server leaves a segment behind that the next start would remove; here there may be none."""
        lines = (self.data / "postmaster.pid").read_text().splitlines()
        if len(lines) > 6:  # its key and id
            subprocess.run(["ipcrm", "-m", lines[6].split()[1]], capture_output=True)

    def promote(self):
        """Tells a standby to become a primary and doesn't wait for it."""
        self.run("pg_ctl", "promote", "-D", self.data, "-W")

    def close(self):
        """Stops the server, whatever its state, and removes its folder."""
        try:
            self.stop("immediate")
        except subprocess.TimeoutExpired:
            self.kill()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    # Asking

    def url(self, database):
        return f"postgres://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def psql(self, sql, database="postgres"):
        """The answer of one statement: a line each row, columns between tabs."""
        return self.run(
            "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\t",
            "--set=ON_ERROR_STOP=1", "--command", sql, self.url(database)).rstrip("\n")

    def rows(self, sql, database="postgres"):
        return [line.split("\t") for line in self.psql(sql, database).splitlines()]

    def create_database(self, name):
        self.psql(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def last_words(self):
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else "(no log)"

    # Programs

    def run(self, program, *words):
        """Runs one of PostgreSQL's programs to its end and returns its standard output."""
        done = subprocess.run(
            self.command(program, words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
            **self.identity())
        if done.returncode != 0:
            raise ClusterFailure(f"{program} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def spawn(self, program, *words, output=subprocess.DEVNULL, **more):
        return subprocess.Popen(
            self.command(program, words), stdin=subprocess.DEVNULL, stdout=output, stderr=output, **more,
            **self.identity())

    def command(self, program, words):
        return [str(self.binaries / program), *map(str, words)]

    def identity(self):
        """Who the programs run as, where, and without variables that would lead them to another server."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        identity = {"cwd": self.folder, "env": {**variables, "LC_ALL": "C"}}
        if self.account:
            identity |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return identity


def find_binaries():
    """The folder of PostgreSQL's programs: Debian's for version 15, else wherever `postgres` is on the path."""
    if (BINARIES / "postgres").is_file():
        return BINARIES
    elsewhere = shutil.which("postgres")
    if not elsewhere:
        raise ClusterFailure(f"no PostgreSQL server in {BINARIES} or on the path; install postgresql-15")
    return pathlib.Path(elsewhere).resolve().parent


def unprivileged_account():
    """Who runs the servers where the caller is root; None where the caller may do so."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise ClusterFailure("PostgreSQL does not run as root; start this as another user, or make a user `postgres`")


def free_port():
    """A port that nobody listens on just now.

    Below those that the kernel gives to outgoing connections (32768 and up): while a server is down, no client may get
    its port by chance, or even connect to itself.
    """
    for port in random.sample(range(20_000, 32_000), 1_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise ClusterFailure("no free port between 20000 and 32000")


# Processes


def status(pid):
    """State and parent of a process; None once it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, parent = text.rpartition(")")[2].split()[:2]  # a name may hold spaces and parentheses
    return state, int(parent)


def children(parent):
    pids = [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if (status(pid) or (None, None))[1] == parent]


def is_alive(pid):
    """A zombie that nobody has buried yet is dead."""
    found = status(pid)
    return found is not None and found[0] not in "ZX"


def kill_if_alive(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


# The program


def exit_on_signals(name):
    """SIGTERM and Ctrl-C end the program by way of every clean-up, which further signals don't interrupt."""
    def leave(*_):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        sys.exit(f"{name}: stopped")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)


def run_command(command, variables):
    """Runs a command to its end, or ends it when this program is to stop. Returns its exit status as a shell would."""
    process = subprocess.Popen(command, env={**os.environ, **variables})
    try:
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    return code if code >= 0 else 128 - code


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run a command beside a server")
    run.add_argument("--icu", action="store_true", help="a second server, which sorts by ICU zh-CN")
    run.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command with its arguments")
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not command:
        run.error("no command; write it after --")
    exit_on_signals("cluster")
    try:
        with Cluster() as plain:
            variables = {"PATROL_TEST_POSTGRES": plain.url("postgres")}
            if not arguments.icu:
                sys.exit(run_command(command, variables))
            with Cluster(icu="zh-CN") as icu:
                sys.exit(run_command(command, {**variables, "PATROL_TEST_POSTGRES_ICU": icu.url("postgres")}))
    except (ClusterFailure, OSError) as error:
        sys.exit(f"cluster: FAILED: {error}")


if __name__ == "__main__":
    main()
