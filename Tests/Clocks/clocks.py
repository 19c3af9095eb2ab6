#!/usr/bin/env python3
"""Visits of 31 March that arrive on 2 April, from handhelds whose clocks are off by an hour, a month and five years:
the month is right or waits for a ruling, never wrong.

usage: clocks.py --gateway BINARY --fieldcli BINARY

Gateway and handheld run with a small library before libc that shifts their wall clock and uptime. Each handheld logs in,
records one place, and sends two days later; some run on, some are started anew in between, some never heard the gateway.
"""
import argparse, base64, csv, datetime, hashlib, json, os, pathlib, shutil, socket, sqlite3, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
CHINA = datetime.timezone(datetime.timedelta(hours=8))
HOUR, DAY = 3_600_000, 86_400_000
LOGIN, VISIT, SENDING = (datetime.datetime(2026, 3, 31, 19, tzinfo=CHINA), datetime.datetime(2026, 3, 31, 20, tzinfo=CHINA),
                         datetime.datetime(2026, 4, 2, 9, tzinfo=CHINA))
ERRORS = {"right": 0, "+1h": HOUR, "-1h": -HOUR, "+30d": 30 * DAY, "-30d": -30 * DAY, "+5y": 1826 * DAY, "-5y": -1826 * DAY}
# What a handheld does between recording and sending, and what is known of its times then.
LIVES = {
    "runs on": dict(restarted=None, certain=True),
    "started anew after the visit": dict(restarted="after", certain=True),
    "started anew before the visit and after it": dict(restarted="both", certain=False),
    "clock put right before sending": dict(restarted=None, corrected=True, certain=True),
}


def offset(to):
    """Milliseconds from now to a moment."""
    return int((to.timestamp() - time.time()) * 1000)


class Rig:
    def __init__(self, gateway, fieldcli):
        self.gateway, self.fieldcli = gateway, fieldcli
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clocks-"))
        self.shim = self.folder / "shim.so"
        subprocess.run(["gcc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", self.shim, HERE / "shim.c", "-ldl"], check=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = None
        self.started = time.monotonic()

    def environment(self, at, wall=0, uptime=0, boot=None):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PATROL_", "FIELDCLI_"))}
        env |= {"LD_PRELOAD": str(self.shim), "SHIM_WALL": str(offset(at) + wall), "SHIM_UPTIME": str(uptime), "LANG": "C.UTF-8"}
        if boot:
            file = self.folder / f"boot-{boot}"
            file.write_text(boot + "\n")
            env["SHIM_BOOT"] = str(file)
        return env

    def demo_data(self):
        subprocess.run([self.gateway, "demo-data", "--data", self.folder / "data", "--accounts", self.folder / "accounts.csv",
                        "--gateway", f"https://127.0.0.1:{self.port}"],
                       env=self.environment(LOGIN), check=True, stdout=subprocess.DEVNULL)
        return list(csv.DictReader(open(self.folder / "accounts.csv", encoding="utf-8-sig")))

    def certificate(self):
        """The gateway's, valid from today on for a month; most of these clocks stand outside of that."""
        key, chain = self.folder / "gateway.key", self.folder / "gateway.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                        "-subj", "/CN=gateway", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", chain],
                       check=True, capture_output=True)
        public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
        digest = base64.urlsafe_b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")
        return "&key=sha256%2F" + digest

    def serve(self, at):
        self.process = subprocess.Popen(
            [self.gateway, "serve", "--data", self.folder / "data", "--port", str(self.port), "--log-level", "warning",
             "--tls-certificate", self.folder / "gateway.pem", "--tls-key", self.folder / "gateway.key"],
            env=self.environment(at))
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the gateway did not start")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def handheld(self, home, env, *arguments, password=None):
        run = subprocess.run([self.fieldcli, *arguments, "--home", self.folder / home], env=env, input=password,
                             capture_output=True, text=True)
        if run.returncode not in (0,):
            raise SystemExit(f"{home}: fieldcli {' '.join(map(str, arguments))}: {run.returncode} {run.stderr}")
        return run.stdout


def trial(rig, accounts):
    pin = rig.certificate()
    workers = [a for a in accounts if a["role"] == "gridWorker"]
    cases = [(life, name, error) for life in LIVES for name, error in ERRORS.items()]
    homes = {}
    rig.serve(LOGIN)
    for number, (life, name, error) in enumerate(cases):
        home, worker = f"home-{number}", workers[number % len(workers)]
        env = rig.environment(LOGIN, wall=error, boot=f"{number}-first")
        rig.handheld(home, env, "enroll", worker["enrolment"] + pin, password="")
        rig.handheld(home, env, "login", worker["name"], password=worker["password"] + "\n")
        rig.handheld(home, env, "roster")
        place = json.loads(rig.handheld(home, env, "todo", "--json"))
        items = place["items"] if isinstance(place, dict) else place
        places = [item["id"] for item in items if item["kind"] == "place"]
        plan = LIVES[life]
        boot = f"{number}-{'second' if plan['restarted'] == 'both' else 'first'}"
        uptime = 60_000 if plan["restarted"] == "both" else HOUR
        rig.handheld(home, rig.environment(VISIT, wall=error, uptime=uptime, boot=boot), "report", places[number // len(workers)])
        homes[home] = (life, name, error, places[number // len(workers)], uptime, boot)
    rig.stop()
    rig.serve(SENDING)
    passed = int((SENDING - VISIT).total_seconds() * 1000)
    for number, (home, (life, name, error, place, uptime, boot)) in enumerate(homes.items()):
        plan = LIVES[life]
        if plan["restarted"]:
            boot, uptime = f"{number}-third", 120_000
        else:
            uptime += passed
        wall = 0 if plan.get("corrected") else error
        env = rig.environment(SENDING, wall=wall, uptime=uptime, boot=boot)
        worker = workers[number % len(workers)]
        # The session has expired in two days; what was recorded is kept, and the device hands it over by its key alone.
        if number % 2:
            rig.handheld(home, env, "login", worker["name"], password=worker["password"] + "\n")
        rig.handheld(home, env, "sync")
    rig.stop()
    return homes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gateway", required=True, type=pathlib.Path)
    parser.add_argument("--fieldcli", required=True, type=pathlib.Path)
    options = parser.parse_args()
    rig = Rig(options.gateway.resolve(), options.fieldcli.resolve())
    failures = 0
    try:
        homes = trial(rig, rig.demo_data())
        rows = sqlite3.connect(rig.folder / "data" / "patrol.db").execute(
            "SELECT subject_id, month, standing, visited_at FROM place_visit").fetchall()
        found = {}
        for subject, month, standing, visited_at in rows:
            found.setdefault(subject, []).append((month, standing, visited_at))
        true = VISIT.timestamp() * 1000
        for life, name, error, place, *_ in homes.values():
            (month, standing, visited_at), = found[place]
            away = abs(visited_at - true) / 60_000
            counted, waits = standing == 6, standing == 2
            right = (counted and month == "2026-03") or (waits and not LIVES[life]["certain"])
            failures += not right
            print(f"{life:45} clock {name:6} {'counted in ' + month if counted else 'waits for a ruling':22}"
                  f" {away:8.1f} min off  {'ok' if right else 'WRONG'}")
        if len(found) != len(homes):
            failures += 1
            print(f"{len(homes)} handhelds, {len(found)} visits")
    finally:
        rig.stop()
        shutil.rmtree(rig.folder, ignore_errors=True)
    print(f"clocks: {len(homes) - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


main()
