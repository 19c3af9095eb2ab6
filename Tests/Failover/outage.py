#!/usr/bin/env python3
"""Takes the database away from a loaded gateway for a while, and gives it back.

usage: outage.py [--gateway BINARY] [--seconds N] [--clients N]

PostgreSQL is stopped as `pg_ctl stop -m immediate` does, without goodbye, and started again ten seconds later. In
between every request must be answered 503 with Retry-After, none with 500 and none after more than ten seconds; within
two seconds of the database's return the gateway must store again; and everything that it acknowledged must be there.
A second gateway is started while there is no database: it must live (/healthz), say that it is not ready (/readyz), and
be ready within two seconds of the database's return.

Exits 0 only if all of that held.
"""
import argparse
import dataclasses
import pathlib
import sys
import tempfile
import time

sys.dont_write_bytecode = True
# The load and the county are those of the kill test, the database that of the PostgreSQL tests.
sys.path += [str(pathlib.Path(__file__).resolve().parents[1] / name) for name in ("Kills", "Postgres")]

from cluster import Cluster, ClusterFailure, exit_on_signals
from county import found, log_in
from gateway_process import Gateway, GatewayFailure, Installation, find_binary
from ledger import losses
from load import Load
from patient import Notes, PatientHandheld, Reader, send_the_rest

BACK_WITHIN = 2.0  # seconds from the first connection that the database takes
SETTLING = 3.0  # seconds of load before the outage and after it
DATABASE = "outage"


@dataclasses.dataclass
class Outage:
    """When the database went and came back, by `time.monotonic`."""
    stopping: float = 0.0
    stopped: float = 0.0
    starting: float = 0.0
    started: float = 0.0


def main():
    arguments = parsed_arguments()
    exit_on_signals("outage")
    try:
        binary = find_binary(arguments.gateway)
        with tempfile.TemporaryDirectory(prefix="outage-") as folder, Cluster() as cluster:
            trial = Trial(binary, pathlib.Path(folder), cluster, arguments)
            trial.run()
    except (GatewayFailure, ClusterFailure, OSError) as error:
        sys.exit(f"outage: FAILED: {error}")
    trial.conclude()


def parsed_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--gateway", metavar="BINARY", help="the program to test; without it the debug build")
    parser.add_argument("--seconds", type=float, default=10, help="without a database")
    parser.add_argument("--clients", type=int, default=10, help="concurrent handhelds")
    return parser.parse_args()


class Trial:
    """One outage from beginning to end, and what was seen of it."""

    def __init__(self, binary, folder, cluster, arguments):
        self.folder = folder
        self.cluster = cluster
        self.seconds = arguments.seconds
        self.installation = Installation(binary, folder / "data", store=cluster.create_database(DATABASE))
        self.passwords = found(self.installation, folder, arguments.clients)
        self.notes = Notes()
        self.outage = Outage()
        self.problems = []
        self.lost = []
        self.second_ready = None

    def run(self):
        with Gateway(self.installation, self.folder / "first.log") as gateway:
            gateway.wait_until_ready()
            workers = log_in(gateway.port, self.passwords)
            senders = [PatientHandheld(worker, self.notes, photo_share=0.1, pause=0.02) for worker in workers]
            load = Load([*senders, Reader(workers[0], self.notes, pause=0.1)])
            load.start(gateway.port)
            try:
                time.sleep(SETTLING)
                self.without_database(gateway)
                time.sleep(SETTLING)
            finally:
                load.stop()
            send_the_rest(gateway.port, self.notes)
            gateway.stop()
        self.judge()

    def without_database(self, gateway):
        outage = self.outage
        outage.stopping = time.monotonic()
        self.cluster.stop("immediate")
        outage.stopped = time.monotonic()
        time.sleep(self.seconds / 5)
        with Gateway(self.installation, self.folder / "second.log") as second:
            self.expect_alive_but_not_ready("the gateway started without a database", second)
            self.expect_alive_but_not_ready("the loaded gateway", gateway)
            time.sleep(max(0, outage.stopped + self.seconds - time.monotonic()))
            outage.starting = time.monotonic()
            self.cluster.start()
            outage.started = time.monotonic()
            self.second_ready = self.seconds_until_ready(second)
            if self.second_ready is None:
                self.problems.append(
                    f"the gateway started without a database is not ready {5 * BACK_WITHIN:.0f} s after the database's "
                    f"return: {second.last_words()}")
            else:
                second.stop()

    def expect_alive_but_not_ready(self, who, gateway):
        end = time.monotonic() + 5
        while (alive := gateway.status("/healthz")) != 200 and time.monotonic() < end:
            time.sleep(0.02)
        ready = gateway.status("/readyz")
        if (alive, ready) != (200, 503):
            self.problems.append(
                f"{who}: /healthz {alive}, /readyz {ready}, wanted 200 and 503; {gateway.last_words()}")

    def seconds_until_ready(self, gateway):
        """Since the database's return; None if it takes much too long."""
        while not gateway.is_ready():
            if time.monotonic() > self.outage.started + 5 * BACK_WITHIN:
                return None
            time.sleep(0.01)
        return time.monotonic() - self.outage.started

    # What must hold

    def judge(self):
        self.problems += [f"never answered: {sent.path}" for sent in self.notes.unanswered.values()]
        for answer in self.notes.answers:
            wrong = self.wrong(answer)
            if wrong:
                self.problems.append(f"{wrong}: {answer}")
        if self.second_ready is not None and self.second_ready > BACK_WITHIN:
            self.problems.append(f"the second gateway was ready {self.second_ready:.2f} s after the database's return")
        if not self.back_after() <= BACK_WITHIN:
            self.problems.append(f"the first 2xx came {self.back_after():.2f} s after the database's return")
        if not self.refused_during():
            self.problems.append("no request fell into the outage; this run has shown nothing")
        self.lost = losses(self.cluster, DATABASE, self.notes)
        self.problems += self.lost
        disagreement = self.installation.disagreement()
        self.problems += [disagreement] if disagreement else []

    def wrong(self, answer):
        """What is wrong with an answer, if anything."""
        outage = self.outage
        if answer.fault:
            return answer.fault
        if answer.status == 503 and answer.ended < outage.stopping:
            return "refused before the outage"
        if answer.status == 503 and answer.begun > outage.started + BACK_WITHIN:
            return "refused after the outage"
        if answer.is_good and self.is_during(answer):
            return "acknowledged without a database"
        return None

    def is_during(self, answer):
        return self.outage.stopped <= answer.begun and answer.ended <= self.outage.starting

    def refused_during(self):
        return sum(answer.status == 503 and self.is_during(answer) for answer in self.notes.answers)

    def back_after(self):
        """Seconds from the database's return to the first 2xx; infinite if none came."""
        first = self.notes.first_good(ended=self.outage.starting)
        return float("inf") if first is None else max(0.0, first - self.outage.started)

    def conclude(self):
        """One line, and the exit status."""
        for problem in self.problems[:20]:
            print(f"  {problem}")
        notes, problems = self.notes, len(self.problems)
        slowest = max((answer.seconds for answer in notes.answers), default=0)
        ready = "never" if self.second_ready is None else f"after {self.second_ready:.2f} s"
        print(
            f"outage: {'FAILED' if problems else 'ok'}: {self.seconds:.0f} s without a database, "
            f"{self.refused_during()} answers 503 meanwhile, first 2xx {self.back_after():.2f} s after its return, "
            f"a gateway started meanwhile ready {ready}; slowest answer {slowest:.2f} s; {len(notes.reports)} reports "
            f"and {len(notes.photos)} photos acknowledged, {len(self.lost)} lost or changed, {problems} problems")
        sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
