#!/usr/bin/env python3
"""Prints `name value unit` lines: durable records a second beside a bare floor, photos a second, coverage p50/p99, the
same records with a device's proof each, records and coverage on PostgreSQL, what a year makes of coverage and disk in a small province, and whether the time
of a refused login tells names that exist from names that do not.

usage: bench.py FOLDER-OF-RELEASE-BINARIES

Both servers run in turn on the same machine with the same client and engine settings, so that the ratio holds where
absolute figures drift. Every round has a fresh database. Progress goes to stderr.
"""
import csv, hashlib, http.client, json, os, pathlib, re, shutil, socket, statistics, subprocess, sys, tempfile, threading, time, urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / name) for name in ("Postgres", "Proofs")]
from cluster import Cluster  # noqa: E402
from device import Device  # noqa: E402

ROUNDS, SECONDS, CONNECTIONS = 3, 8, 64


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, deadline=20):
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("server did not start")


def exchange(port, method, path, body=None, headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    return response, response.read()


def call(port, method, path, body=None, token=None, content_type="application/json", headers={}):
    headers = {"Content-Type": content_type} | headers
    if token:
        headers["Authorization"] = f"Bearer {token}"
    response, data = exchange(port, method, path, body, headers)
    if response.status >= 300:
        raise SystemExit(f"{method} {path}: {response.status} {data[:300]!r}")
    return json.loads(data) if data else None


def wrk(port, path, script, *arguments, latency=False, seconds=SECONDS, connections=CONNECTIONS):
    """Requests a second and, where asked, the latency table in milliseconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *(["--latency"] if latency else []), "-s", str(script),
               f"http://127.0.0.1:{port}{path}", "--", *map(str, arguments)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    if failed:
        raise SystemExit(f"wrk: {failed.group(0)}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    units = {"us": 0.001, "ms": 1, "s": 1000}
    percentiles = {p: float(v) * units[u] for p, v, u in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", output)}
    return rate, percentiles


class Gateway:
    """A gateway on a copy of the demo county, in its own folder or in a database of its own."""

    def __init__(self, binary, template, store=None, settings=()):
        self.folder = tempfile.mkdtemp(prefix="bench-")
        self.data = pathlib.Path(self.folder, "data")
        shutil.copytree(template / "data", self.data)
        self.port = free_port()
        self.process = subprocess.Popen([binary, "serve", "--data", self.data, "--port", str(self.port), "--log-level", "warning", "--device-logins", "false",
                                         "--account-rate", "0", "--device-rate", "0", "--address-rate", "0",
                                         *(["--store", store] if store else []), *settings])
        wait_for(self.port)
        accounts = list(csv.DictReader(open(template / "accounts.csv", encoding="utf-8-sig")))
        self.account = next(a for a in accounts if a["role"] == "gridWorker")
        self.worker = self.login(self.account)
        self.county = self.login(next(a for a in accounts if a["role"] == "county"))

    def login(self, account):
        return call(self.port, "POST", "/v1/login", json.dumps({"name": account["name"], "password": account["password"]}))

    def place_ids(self):
        area = self.county["person"]["roles"][0]["area"]
        ids, cursor = [], ""
        while True:
            page = call(self.port, "GET", f"/v1/obligations?area={area}{cursor}", token=self.county["token"])
            ids += [item["subject"] for item in page["items"]]
            if "next" not in page:
                return ids
            cursor = f"&cursor={page['next']}"

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder)


def ingest(gateway, number):
    token = pathlib.Path(gateway.folder, "token")
    token.write_text(gateway.worker["token"])
    places = pathlib.Path(gateway.folder, "places")
    places.write_text("\n".join(gateway.place_ids()))
    return wrk(gateway.port, "/", HERE / "ingest.lua", token, places, number)[0]


def ingest_by_device(gateway, number, most):
    """The same with a device's token and a proof for each of at most so many requests, made beforehand: a nonce is good for
    150 to 300 s."""
    device, base = Device(), f"http://127.0.0.1:{gateway.port}"

    def nonce():
        return exchange(gateway.port, "GET", "/healthz", headers={"DPoP": "none"})[0].headers["DPoP-Nonce"]

    def prove(path):
        return {"DPoP": device.proof("POST", base + path, nonce())}

    code = re.search(r"[?&]code=(\w+)", gateway.account["enrolment"]).group(1)
    call(gateway.port, "POST", "/v1/devices/enrol", json.dumps({"code": code, "handheld": "bench-0"}), headers=prove("/v1/devices/enrol"))
    login = call(gateway.port, "POST", "/v1/login", headers=prove("/v1/login"),
                 body=json.dumps({"name": gateway.account["name"], "password": gateway.account["password"]}))
    token, places, proofs = (pathlib.Path(gateway.folder, name) for name in ("token", "places", "proofs"))
    token.write_text(login["token"])
    places.write_text("\n".join(gateway.place_ids()))
    fresh = nonce()
    with open(proofs, "w") as file:
        for count in range(1, most + 1):
            # As ingest.lua names its records.
            name = f"0190{number:04x}-{count >> 16:04x}-7000-8{count >> 12 & 0xfff:03x}-{count:012x}"
            file.write(device.proof("PUT", f"{base}/v1/reports/{name}", fresh, login["token"]) + "\n")
    return wrk(gateway.port, "/", HERE / "ingest.lua", token, places, number, proofs)[0]


def floor(binary, gateway, number):
    """The floor gets the same requests."""
    folder = tempfile.mkdtemp(prefix="floor-")
    port = free_port()
    process = subprocess.Popen([binary, f"{folder}/floor.db", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        return wrk(port, "/", HERE / "ingest.lua", f"{gateway.folder}/token", f"{gateway.folder}/places", number)[0]
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder)


def twelve_megapixels():
    """A 4000 x 3000 JPEG with the detail of a sharp photo: noise over a gradient, not a flat sheet."""
    noise = os.urandom(1 << 16)
    rows = []
    for y in range(3000):
        shift = y * 7919 % (len(noise) - 12000)
        rows.append(bytes((y // 16 + n // 8) & 255 for n in noise[shift:shift + 12000]) if y < 200 else rows[y % 200])
    return subprocess.run(["cjpeg", "-quality", "90"], input=b"P6 4000 3000 255\n" + b"".join(rows),
                          capture_output=True, check=True).stdout


def photos(gateway, count=60, senders=8):
    """Distinct 12-megapixel photos through PUT, normalised and durable, a second."""
    original = twelve_megapixels()
    waiting = [original + index.to_bytes(4, "big") for index in range(count)]

    def send():
        while True:
            try:
                body = waiting.pop()
            except IndexError:
                return
            call(gateway.port, "PUT", f"/v1/photos/{hashlib.sha256(body).hexdigest()}", body, gateway.worker["token"], "image/jpeg")

    start = time.monotonic()
    threads = [threading.Thread(target=send) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.monotonic() - start)


def coverage(gateway):
    script = pathlib.Path(gateway.folder, "get.lua")
    script.write_text(f'wrk.headers["Authorization"] = "Bearer {gateway.county["token"]}"\n')
    area = gateway.county["person"]["roles"][0]["area"]
    return wrk(gateway.port, f"/v1/coverage?area={area}", script, latency=True, seconds=5, connections=4)[1]


def refused_logins(binary, template, tries=500):
    """Medians of a wrong password's milliseconds for names that exist and for names that do not, turn by turn. Lock-out is
    set aside, or all but five of each would be answered without hashing."""
    patient = ["--login-failures", "1000000", "--login-address-failures", "1000000"]
    gateway = Gateway(binary, template, settings=patient)
    known = [a["name"] for a in csv.DictReader(open(template / "accounts.csv", encoding="utf-8-sig"))]
    times = {True: [], False: []}
    try:
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
        for number in range(2 * tries):
            exists = number % 2 == 0
            name = known[number // 2 % len(known)]
            # As long as one that exists.
            body = json.dumps({"name": name if exists else name[::-1], "password": "kestrel-Moor-84"})
            start = time.perf_counter()
            connection.request("POST", "/v1/login", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
            times[exists].append((time.perf_counter() - start) * 1_000)
            if response.status != 401:
                raise SystemExit(f"a wrong password was answered {response.status}")
    finally:
        gateway.close()
    return statistics.median(times[True]), statistics.median(times[False])


def on_postgres(binary, template):
    """The same county, copied over, in a fresh database for each round."""
    rates = []
    with Cluster() as cluster:
        cluster.create_database("county")
        subprocess.run([binary, "store", "copy", "--from", f"sqlite:{template / 'data' / 'patrol.db'}", "--to", cluster.url("county")],
                       check=True, stdout=subprocess.DEVNULL)
        for number in range(ROUNDS):
            cluster.psql(f"CREATE DATABASE round{number} TEMPLATE county")
            gateway = Gateway(binary, template, cluster.url(f"round{number}"))
            try:
                rates.append(ingest(gateway, number))
                print(f"round {number + 1}: gateway on PostgreSQL {rates[-1]:.0f}/s", file=sys.stderr)
                if number == ROUNDS - 1:
                    return statistics.median(rates), coverage(gateway)
            finally:
                gateway.close()


def province(binary):
    """Figures of a small province by name: what a year's months make of a county's coverage, and bytes a visit."""
    folder = tempfile.mkdtemp(prefix="bench-province-")
    try:
        # It exits with 1 where coverage grew too much; that is judged here, beside everything else.
        lines = subprocess.run([binary, "bench", "--folder", folder, "--grids-with-counters", "1600", "--dense-one-in", "5"],
                               capture_output=True, text=True).stdout.splitlines()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures = {words[0]: float(words[1]) for words in map(str.split, lines) if len(words) == 3 and words[0].isidentifier()}
    if "coverage_12_months_vs_1" not in figures:
        raise SystemExit("county-year bench did not end: " + "\n".join(lines[-3:]))
    return figures


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    binaries = pathlib.Path(sys.argv[1]).resolve()
    template = pathlib.Path(tempfile.mkdtemp(prefix="bench-template-"))
    subprocess.run([binaries / "patrol-gateway", "demo-data", "--data", template / "data", "--accounts", template / "accounts.csv",
                    "--gateway", "http://127.0.0.1"],
                   check=True, stdout=subprocess.DEVNULL)
    rates, floors, by_device = [], [], []
    for number in range(ROUNDS):
        gateway = Gateway(binaries / "patrol-gateway", template)
        try:
            rates.append(ingest(gateway, number))
            floors.append(floor(binaries / "bench-floor", gateway, number))
            if number == ROUNDS - 1:
                photo_rate = photos(gateway)
                percentiles = coverage(gateway)
        finally:
            gateway.close()
        gateway = Gateway(binaries / "patrol-gateway", template)
        try:
            by_device.append(ingest_by_device(gateway, number, most=int(rates[-1] * SECONDS * 1.5)))
        finally:
            gateway.close()
        print(f"round {number + 1}: gateway {rates[-1]:.0f}/s, with proofs {by_device[-1]:.0f}/s, floor {floors[-1]:.0f}/s",
              file=sys.stderr)
    postgres_rate, postgres_percentiles = on_postgres(binaries / "patrol-gateway", template)
    known_login, unknown_login = refused_logins(binaries / "patrol-gateway", template)
    login_ratio = known_login / unknown_login
    shutil.rmtree(template)
    year = province(binaries / "county-year")
    ratio = statistics.median(a / b for a, b in zip(rates, floors))
    print(f"ingest {statistics.median(rates):.0f} records/s")
    print(f"ingest_floor {statistics.median(floors):.0f} records/s")
    print(f"ingest_vs_floor {ratio:.2f} ratio")
    print(f"ingest_dpop {statistics.median(by_device):.0f} records/s")
    print(f"ingest_dpop_vs_floor {statistics.median(a / b for a, b in zip(by_device, floors)):.2f} ratio")
    print(f"photos_12mp {photo_rate:.1f} photos/s")
    print(f"coverage_p50 {percentiles['50']:.2f} ms")
    print(f"coverage_p99 {percentiles['99']:.2f} ms")
    print(f"ingest_postgres {postgres_rate:.0f} records/s")
    print(f"ingest_postgres_vs_sqlite {postgres_rate / statistics.median(rates):.2f} ratio")
    print(f"coverage_postgres_p50 {postgres_percentiles['50']:.2f} ms")
    print(f"coverage_postgres_p99 {postgres_percentiles['99']:.2f} ms")
    print(f"coverage_12_months_vs_1 {year['coverage_12_months_vs_1']:.2f} ratio")
    print(f"bytes_a_visit {year['bytes_a_visit']:.0f} bytes")
    print(f"login_refused {known_login:.1f} ms")
    print(f"login_known_vs_unknown {login_ratio:.3f} ratio")
    load = os.getloadavg()[0]
    failures = [text for is_failure, text in [
        (ratio < 0.5, "ingest_vs_floor must be at least 0.5"),
        (year["coverage_12_months_vs_1"] > 1.1, "coverage_12_months_vs_1 must be at most 1.1"),
        (year["bytes_a_visit"] > 1500, "bytes_a_visit must be at most 1500"),
        (not 0.95 <= login_ratio <= 1.05, "login_known_vs_unknown must lie within 5 % of 1"),
    ] if is_failure]
    verdict = "FAILED: " + "; ".join(failures) if failures else "ok"
    print(f"bench: {verdict} ({os.cpu_count()} cores, load {load:.1f}, medians of {ROUNDS} rounds)", file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
