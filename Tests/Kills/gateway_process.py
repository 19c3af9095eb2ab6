"""The gateway as a process: started on a free port, waited for, frozen, killed; and its administration commands."""
import http.client
import os
import pathlib
import signal
import socket
import subprocess
import time

PATIENCE = 60  # seconds until something that should take one counts as hung


# Load comes from few accounts and one address.
NO_LIMITS = ["--device-logins", "false", "--account-rate", "0", "--device-rate", "0", "--address-rate", "0"]


class GatewayFailure(Exception):
    """The program did not do what a healthy one does; the text shows its own words."""


def find_binary(given):
    """The binary to test: as given, else the debug build of this package."""
    package = pathlib.Path(__file__).resolve().parents[2]
    binary = pathlib.Path(given) if given else package / ".build" / "debug" / "patrol-gateway"
    if not binary.is_file():
        raise GatewayFailure(f"no gateway at {binary}; build it with `swift build --product patrol-gateway`")
    return binary.resolve()


def free_port():
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """A binary with the settings that say where its data lie."""

    def __init__(self, binary, data, *, store=None, photos=None):
        """`store` is the path of an SQLite file or the URL of a PostgreSQL database, which has no path."""
        self.binary = binary
        is_url = str(store).startswith(("postgres://", "postgresql://"))
        self.database = None if is_url else pathlib.Path(store or pathlib.Path(data) / "patrol.db")
        self.photos = pathlib.Path(photos or pathlib.Path(data) / "photos")
        url = str(store) if is_url else f"sqlite:{self.database}"
        self.settings = ["--data", str(data), "--store", url, "--photo-folder", str(self.photos)]

    def command(self, *words):
        return [str(self.binary), *map(str, words), *self.settings]

    def spawn(self, *words):
        """Starts an administration command whose end somebody else decides."""
        return subprocess.Popen(
            self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())

    def run(self, *words):
        """Runs an administration command to its end and returns its standard output."""
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, timeout=PATIENCE, env=environment())
        if done.returncode != 0:
            raise GatewayFailure(f"patrol-gateway {words[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def disagreement(self):
        """What `verify` finds; empty when ledger and records agree."""
        try:
            self.run("verify")
        except GatewayFailure as failure:
            return str(failure)
        return ""


def environment(extra=None):
    """The caller's variables without settings of the gateway, which would win over what a harness means to test."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PATROL_")}
    return {**own, "LANG": "C.UTF-8", **(extra or {})}


class Gateway:
    """A serving gateway. Leaving the `with` block kills it, whatever its state."""

    def __init__(self, installation, log, *, variables=None, preload=None):
        self.log = pathlib.Path(log)
        self.port = free_port()
        extra = {**(variables or {}), **({"LD_PRELOAD": str(preload)} if preload else {})}
        command = installation.command("serve", "--port", self.port, "--log-level", "warning", *NO_LIMITS)
        self.begun = time.monotonic()
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.STDOUT, env=environment(extra))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def wait_until_ready(self):
        """Returns the seconds from the start of the process to its first `/readyz` 200."""
        while not self.is_ready():
            if self.process.poll() is not None:
                raise GatewayFailure(f"the gateway ended with {self.process.returncode}: {self.last_words()}")
            if time.monotonic() - self.begun > PATIENCE:
                raise GatewayFailure(f"the gateway is not ready after {PATIENCE} s: {self.last_words()}")
            time.sleep(0.005)
        return time.monotonic() - self.begun

    def is_ready(self):
        return self.status("/readyz") == 200

    def status(self, path):
        """The status that a GET is answered with; None where nothing answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def freeze(self):
        """Stops every thread; returns when the last one has come out of the kernel and writes no more."""
        os.kill(self.process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def kill(self):
        """kill -9; also of a frozen one, and harmless on a dead one."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ends it the polite way."""
        self.process.terminate()
        if self.process.wait(timeout=PATIENCE) != 0:
            raise GatewayFailure(f"SIGTERM ended the gateway with {self.process.returncode}: {self.last_words()}")

    def last_words(self):
        return self.log.read_text(errors="replace")[-2000:]
