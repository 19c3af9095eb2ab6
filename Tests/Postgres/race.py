#!/usr/bin/env python3
"""Races the same records against each other through two gateways on one PostgreSQL database.

usage: race.py [--gateway BINARY] [--ids N] [--duplicates N] [--connections N]

A handheld that got no answer sends again, perhaps through another gateway while the first still works on it. Here every
record is sent many times at once, the same bytes, by many connections to both gateways. One of the answers must be 201
and all others 200 with the same receipt, the database must have each record once, and `verify` must agree.

Exits 0 only if all of that held.
"""
import argparse
import collections
import csv
import datetime
import http.client
import json
import pathlib
import random
import sys
import tempfile
import threading
import time
import uuid

sys.dont_write_bytecode = True
# The gateway as a process is that of the kill test.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Kills"))

from cluster import Cluster, ClusterFailure, exit_on_signals
from gateway_process import PATIENCE, Gateway, GatewayFailure, Installation, find_binary

WORKERS = 10


class Racer:
    """Everything that the connections share: the records to send and the answers that came."""

    def __init__(self, records, duplicates, connections):
        self.records = records
        self.turns = [collections.deque(range(duplicates)) for _ in records]
        # All begin each record together; whoever is quicker may not run ahead to the next one.
        self.gate = threading.Barrier(connections)
        self.answers = [[] for _ in records]  # (status, body) of each, appending is atomic
        self.problems = []

    def run(self, port):
        """One connection's part: as many turns at each record as are left for it."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.connect()
            for record, turns, answers in zip(self.records, self.turns, self.answers):
                self.gate.wait(PATIENCE)
                while taken(turns):
                    answers.append(call(connection, "PUT", record.path, record.token, record.body))
        except threading.BrokenBarrierError:
            pass  # another connection has failed and says why
        except (OSError, http.client.HTTPException) as error:
            self.problems.append(f"a connection was lost: {error!r}")
            self.gate.abort()
        finally:
            connection.close()


Record = collections.namedtuple("Record", "path token body")


def main():
    arguments = parsed_arguments()
    exit_on_signals("race")
    try:
        binary = find_binary(arguments.gateway)
        with tempfile.TemporaryDirectory(prefix="race-") as folder, Cluster() as cluster:
            problems, seconds = race(binary, pathlib.Path(folder), cluster, arguments)
    except (GatewayFailure, ClusterFailure, OSError) as error:
        sys.exit(f"race: FAILED: {error}")
    for problem in problems[:20]:
        print(f"  {problem}")
    sent = arguments.ids * arguments.duplicates
    print(
        f"race: {'FAILED' if problems else 'ok'}: {arguments.ids} records, each sent {arguments.duplicates} times by "
        f"{arguments.connections} connections to 2 gateways; {sent} requests in {seconds:.1f} s, "
        f"{len(problems)} problems")
    sys.exit(1 if problems else 0)


def parsed_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--gateway", metavar="BINARY", help="the program to test; without it the debug build")
    parser.add_argument("--ids", type=int, default=50, help="records")
    parser.add_argument("--duplicates", type=int, default=200, help="times that each record is sent")
    parser.add_argument("--connections", type=int, default=40, help="concurrent connections, half to each gateway")
    return parser.parse_args()


def race(binary, folder, cluster, arguments):
    """Returns what went wrong, and the seconds that the race took."""
    store = cluster.create_database("race")
    installation = Installation(binary, folder / "data", store=store)
    accounts = folder / "accounts.csv"
    installation.run("demo-data", "--accounts", accounts)
    with Gateway(installation, folder / "one.log") as one, Gateway(installation, folder / "two.log") as two:
        gateways = [one, two]
        for gateway in gateways:
            gateway.wait_until_ready()
        racer = Racer(new_records(one.port, accounts, arguments.ids), arguments.duplicates, arguments.connections)
        threads = [
            threading.Thread(target=racer.run, args=(gateways[number % 2].port,), daemon=True)
            for number in range(arguments.connections)]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - begun
        problems = racer.problems + wrong_answers(racer, arguments.duplicates)
        problems += wrong_rows(cluster, racer.records)
        for gateway in gateways:
            gateway.stop()
    disagreement = installation.disagreement()
    return problems + ([disagreement] if disagreement else []), seconds


def new_records(port, accounts, count):
    """Records of several workers, each about another place of the worker's grid: it is the same bytes that race."""
    with open(accounts, newline="", encoding="utf-8-sig") as lines:
        logins = [row for row in csv.DictReader(lines) if row["role"] == "gridWorker"][:WORKERS]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    subjects = []
    for login in logins:
        session = ask(connection, "POST", "/v1/login", None, {"name": login["name"], "password": login["password"]})
        grid = session["person"]["grids"][0]["id"]
        places = ask(connection, "GET", f"/v1/roster/places?grid={grid}", session["token"])["items"]
        subjects.append([(session["token"], grid, place) for place in places])
    connection.close()
    turns = [subject for round in zip(*subjects) for subject in round]
    if len(turns) < count:
        raise GatewayFailure(f"the demo has {len(turns)} places for {count} records; ask for fewer --ids")
    return [new_record(*subject, number) for number, subject in enumerate(turns[:count])]


def new_record(token, grid, place, number):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    fix = {"latitude": place["latitude"], "longitude": place["longitude"], "system": "WGS-84", "accuracyMetres": 8,
           "provider": "gps", "time": now, "mock": False} if "latitude" in place else None
    text = {
        "version": 1, "capturedAt": now, "device": {"id": f"race-{number}", "sequence": 1}, "grid": grid,
        "subject": {"kind": "place", "id": place["id"]}, "outcome": "checked", "text": "x" * random.randrange(400),
        **({"fix": fix} if fix else {}),
    }
    return Record(f"/v1/reports/{uuid.uuid4()}", token, json.dumps(text).encode())


def taken(turns):
    """Whether there was a turn left."""
    try:
        turns.pop()
        return True
    except IndexError:
        return False


def ask(connection, method, path, token, content=None):
    """The content of an answer that must be 200."""
    status, body = call(connection, method, path, token, json.dumps(content) if content else None)
    if status != 200:
        raise GatewayFailure(f"{method} {path}: {status} {body[:300]!r}")
    return json.loads(body)


def call(connection, method, path, token, body=None):
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def wrong_answers(racer, duplicates):
    problems = []
    for record, answers in zip(racer.records, racer.answers):
        statuses = collections.Counter(status for status, _ in answers)
        if statuses != {201: 1, 200: duplicates - 1}:
            refusal = next((body[:200] for status, body in answers if status not in (200, 201)), b"")
            problems.append(f"{record.path}: answers {dict(statuses)}, wanted one 201 and the rest 200 {refusal!r}")
        receipts = {body for status, body in answers if status in (200, 201)}
        if len(receipts) > 1:
            problems.append(f"{record.path}: {len(receipts)} different receipts: {sorted(receipts)[:2]}")
    return problems


def wrong_rows(cluster, records):
    """Each record once, and nothing that nobody sent."""
    stored = collections.Counter(id for id, in cluster.rows("SELECT id FROM report", "race"))
    wanted = collections.Counter(record.path.rpartition("/")[2] for record in records)
    problems = [f"report {id} is stored {stored[id]} times" for id in wanted if stored[id] != 1]
    return problems + [f"nobody sent report {id}" for id in stored.keys() - wanted.keys()]


if __name__ == "__main__":
    main()
