#!/usr/bin/env python3
"""A thousand slow connections, in heads, in bodies and in reading, beside honest callers: theirs take less than twice as
long at the 99th percentile. Oversize requests, and bursts from one address, do them no harm either.

usage: slow.py --gateway BINARY

slowhttptest attacks from 127.0.0.1; honest requests come one after the other from 127.0.0.2, each on a connection of its
own, and read the database. Rounds without and with the attack take turns, so that what else the machine does falls on
both. Fails where too few slow connections were open while it was measured.
"""
import argparse, concurrent.futures, http.client, math, os, pathlib, re, resource, shutil, socket, statistics, subprocess, sys
import tempfile, time

CONNECTIONS, ROUNDS, SECONDS = 1000, 3, 12
COMMON = ["-c", str(CONNECTIONS), "-r", "1000", "-i", "2", "-l", "60", "-p", "3"]
ATTACKS = {
    "heads": ["-H", "-x", "24", "-u", "/healthz"],
    "bodies": ["-B", "-s", "16000", "-x", "10", "-f", "application/json", "-u", "/v1/login"],
    "reading": ["-X", "-w", "256", "-y", "512", "-n", "5", "-z", "8", "-k", "3", "-u", "/openapi.yaml"],
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    def __init__(self, binary, folder, *words):
        self.port, self.management = free_port(), free_port()
        self.process = subprocess.Popen(
            [binary, "serve", "--data", folder, "--port", str(self.port), "--log-level", "error", "--device-logins", "false",
             "--management-port", str(self.management), "--idle-seconds", "15", *words])
        for _ in range(200):
            try:
                if ask(self.port, "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the gateway did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        if self.process.wait(30) != 0:
            raise SystemExit(f"the gateway ended with {self.process.returncode}")

    def metrics(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.management, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return {name: float(value) for name, value in re.findall(r"^([^#\n]+) (\S+)$", text, re.M)}

    def resident(self):
        """Most memory so far, in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def ask(port, path, source="127.0.0.2"):
    """Status and seconds, connecting included."""
    start = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - start


def measure(gateway, seconds, pause=0.004):
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        status, took = ask(gateway.port, "/readyz")
        if status != 200:
            raise SystemExit(f"an honest caller was answered {status}")
        times.append(took * 1000)
        time.sleep(pause)
    return times


class Attack:
    """Begins anew as soon as the gateway has closed all of its connections."""

    def __init__(self, gateway, words):
        url = f"http://127.0.0.1:{gateway.port}{words[-1]}"
        command = ["slowhttptest", *COMMON, *words[:-1], url]
        loop = "while true; do \"$@\" >/dev/null 2>&1; done"
        self.process = subprocess.Popen(["bash", "-c", loop, "bash", *command], start_new_session=True)

    def end(self):
        os.killpg(self.process.pid, 9)
        self.process.wait()


def percentile(times, share):
    return sorted(times)[math.ceil(len(times) * share) - 1]


def settle(gateway):
    for _ in range(600):
        if gateway.metrics()["patrol_connections"] <= 5:
            return
        time.sleep(0.1)
    raise SystemExit("slow connections are still open a minute after the attack")


def besiege(gateway, name, words):
    calm, under, held = [], [], []
    for _ in range(ROUNDS):
        calm += measure(gateway, SECONDS)
        attack = Attack(gateway, words)
        try:
            time.sleep(2)
            for _ in range(4):
                under += measure(gateway, SECONDS / 4)
                held.append(gateway.metrics()["patrol_connections"])
        finally:
            attack.end()
        settle(gateway)
    before, during = percentile(calm, 0.99), percentile(under, 0.99)
    print(f"slow_{name}_calm_p99 {before:.2f} ms")
    print(f"slow_{name}_under_p99 {during:.2f} ms")
    print(f"slow_{name}_ratio {during / before:.2f} x")
    print(f"slow_{name}_connections {statistics.median(held):.0f}")
    faults = []
    if during >= 2 * before:
        faults.append(f"{name}: honest callers took {during / before:.2f} times as long")
    if statistics.median(held) < CONNECTIONS * 0.6:
        faults.append(f"{name}: only {statistics.median(held):.0f} slow connections were open")
    return faults


def burst(gateway):
    """A thousand requests from one address within about a second: what is beyond its share is refused, and the others
    notice nothing."""
    def ask_often(_):
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=30)
        for _ in range(125):
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            time.sleep(0.004)
        connection.close()

    calm, under = [], []
    for _ in range(ROUNDS):
        calm += measure(gateway, SECONDS / 2, pause=0.025)
        with concurrent.futures.ThreadPoolExecutor(8) as callers:
            asking = [callers.submit(ask_often, number) for number in range(8)]
            while not all(future.done() for future in asking):
                under += measure(gateway, 0.2, pause=0.025)
            for future in asking:
                future.result()
    refused = gateway.metrics().get('patrol_refusals_total{kind="too-many-requests"}', 0)
    before, during = percentile(calm, 0.99), percentile(under, 0.99)
    print(f"burst_calm_p99 {before:.2f} ms")
    print(f"burst_under_p99 {during:.2f} ms")
    print(f"burst_ratio {during / before:.2f} x")
    print(f"burst_refused {refused:.0f}")
    faults = [] if refused > 0 else ["the burst was not refused"]
    return faults + ([f"burst: others took {during / before:.2f} times as long"] if during >= 2 * before else [])


def oversize(gateway):
    """What announces or sends far too much is refused, and costs no memory."""
    before, faults = gateway.resident(), []
    fields = "".join(f"X{i}: a\r\n" for i in range(1_000_000))
    members = "{" + ",".join(f'"a{i}":0' for i in range(1_000_000)) + "}"
    deep = '{"a":' * 10_000
    for name, request in {
        "2 GB announced": "PUT /v1/photos/" + "0" * 64 + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2147483648\r\n\r\n" + "a" * 10_000_000,
        "a million fields": f"GET /healthz HTTP/1.1\r\nHost: a\r\n{fields}\r\n",
        "a head of a megabyte": f"GET /healthz HTTP/1.1\r\nHost: a\r\nX: {'a' * 1_000_000}\r\n\r\n",
        "a path of ten megabytes": f"GET /{'a' * 10_000_000} HTTP/1.1\r\nHost: a\r\n\r\n",
        "a million members": f"POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: {len(members)}\r\n\r\n{members}",
        "ten thousand levels": f"POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: {len(deep)}\r\n\r\n{deep}",
    }.items():
        for _ in range(5):
            status = say(gateway.port, request.encode())
            if not 400 <= status < 500:
                faults.append(f"{name}: answered {status}")
    grown = gateway.resident() - before
    print(f"oversize_memory {grown:.1f} MB")
    return faults + ([f"oversize requests took {grown:.0f} MB"] if grown >= 50 else [])


def say(port, request):
    """The status of the first answer, however much of the request was taken; 0 for none."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setblocking(False)
        rest, heard, end = memoryview(request), b"", time.monotonic() + 30
        while b"\r\n" not in heard and time.monotonic() < end:
            try:
                if rest:
                    rest = rest[connection.send(rest[:65536]):]
            except BlockingIOError:
                time.sleep(0.001)
            except OSError:
                rest = rest[:0]
            try:
                piece = connection.recv(65536)
                if not piece:
                    break
                heard += piece
            except BlockingIOError:
                time.sleep(0 if rest else 0.01)
            except OSError:
                break
        return int(heard[9:12]) if heard.startswith(b"HTTP/1.1 ") else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gateway", required=True)
    arguments = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slow-"))
    faults = []
    try:
        with Gateway(arguments.gateway, folder / "slow") as gateway:
            measure(gateway, 2)
            faults += oversize(gateway)
            for name, words in ATTACKS.items():
                faults += besiege(gateway, name, words)
        with Gateway(arguments.gateway, folder / "burst", "--address-rate", "50") as gateway:
            faults += burst(gateway)
    finally:
        shutil.rmtree(folder)
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
