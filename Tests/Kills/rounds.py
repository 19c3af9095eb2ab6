"""The rounds of the kill test: what is killed when, and what must hold afterwards."""
import dataclasses
import random
import shutil
import tempfile
import time

from audit import Findings, audit, duplicates, opened, report_ids
from county import found, log_in
from gateway_process import Gateway, Installation
from imports import Imports
from load import Handheld, Journal, Load, replay_recent, send_again

READY_WITHIN = 2.0  # seconds from start to the first /readyz 200
VERIFY_EVERY = 5  # rounds


@dataclasses.dataclass
class Round:
    """What was killed and what came of it. Counts are of this round alone."""
    killed: str
    ready: float = 0.0
    reports: int = 0
    photos: int = 0
    resent: int = 0
    problems: list = dataclasses.field(default_factory=list)


class Harness:
    """One installation that lives through all rounds, and a journal of everything it ever acknowledged."""

    def __init__(self, binary, folder, clients):
        self.binary = binary
        self.folder = folder
        self.installation = Installation(binary, folder / "data")
        passwords = found(self.installation, folder, clients)
        self.journal = Journal()
        with self.gateway() as gateway:
            gateway.wait_until_ready()
            workers = log_in(gateway.port, passwords)
            gateway.stop()
        self.load = Load([Handheld(worker, self.journal, photo_share=0.3) for worker in workers])
        self.imports = Imports(self.installation, folder)
        self.schema = self.undisturbed_schema()
        self.checked_reports, self.checked_photos = set(), set()

    def gateway(self, installation=None):
        return Gateway(installation or self.installation, self.folder / "gateway.log")

    def round(self, number):
        if number % 8 == 0:
            return self.migration_round(number)
        if number % 4 == 2:
            return self.import_round(number)
        return self.load_round(number)

    # The three kinds of rounds

    def load_round(self, number):
        done = Round("gateway under load")
        self.kill_under_load(lambda: time.sleep(random.uniform(0, 1.5)))
        self.recover(number, done)
        return done

    def import_round(self, number):
        """Beside a gateway under load both are killed in the same moment, as when the machine's memory runs out."""
        job = self.imports.next()
        alone = random.random() < 0.3
        done = Round(("" if alone else "gateway and ") + f"import {job.kind}")
        if alone:
            job.killed_after(random.uniform(0, 1.1))
        else:
            # Beside the load it takes longer.
            self.kill_under_load(lambda: job.killed_after(random.uniform(0, 2.5)))
        self.recover(number, done, job)
        return done

    def migration_round(self, number):
        """The first start in an empty folder, by `migrate` or by `serve`, is killed; the next one must not notice."""
        words = random.choice([["migrate"], ["serve", "--port", "0"]])
        done = Round(f"{words[0]} of an empty database")
        empty = Installation(self.binary, self.folder / f"empty-{number}")
        process = empty.spawn(*words)
        # Most of the time goes by before the file is there, and would be wasted on kills that can hurt nothing.
        while not empty.database.exists() and process.poll() is None:
            time.sleep(0.0005)
        time.sleep(random.uniform(0, 0.04))
        process.kill()
        process.wait()
        self.note_schema(empty, done)
        with self.gateway(empty) as gateway:
            self.note_ready(done, gateway)
        disagreement = empty.disagreement()
        if disagreement:
            done.problems.append(disagreement)
        if tables(empty) != self.schema:
            done.problems.append("the schema after the second migration is not that of an undisturbed one")
        return done

    # Steps

    def kill_under_load(self, meanwhile):
        """The load runs while `meanwhile` does; then the gateway is killed."""
        with self.gateway() as gateway:
            gateway.wait_until_ready()
            self.load.start(gateway.port)
            try:
                meanwhile()
            finally:
                self.load.expect_fault()
                gateway.kill()
                self.load.stop()

    def recover(self, number, done, job=None):
        """Starts again, looks for everything that was promised, and brings the unanswered rest to an answer."""
        journal = self.journal
        with self.gateway() as gateway:
            self.note_ready(done, gateway)
            done.problems += self.losses()
            done.reports, done.photos = self.newly_acknowledged()
            replay_recent(gateway.port, journal)
            done.resent = len(journal.unanswered)
            send_again(gateway.port, journal)
            done.problems += self.take_problems()
            if job:
                self.settle(job, done)
            if number % VERIFY_EVERY == 0:
                disagreement = self.installation.disagreement()  # beside the running gateway
                done.problems += [disagreement] if disagreement else []

    def settle(self, job, done):
        left = job.settled()
        done.killed += f": {left}"
        for state in (left, job.state()):
            if state.startswith("torn"):
                done.problems.append(f"import of {job.kind} {state}")

    def note_ready(self, done, gateway):
        done.ready = gateway.wait_until_ready()
        if done.ready > READY_WITHIN:
            done.problems.append(f"ready only after {done.ready:.2f} s")

    def losses(self):
        """Of what was acknowledged since the last look; all of it is looked at again at the end."""
        journal = self.journal
        reports = {id: journal.reports[id] for id in journal.reports.keys() - self.checked_reports}
        return described(audit(self.installation, reports, journal.photos - self.checked_photos))

    def newly_acknowledged(self):
        journal = self.journal
        counts = len(journal.reports) - len(self.checked_reports), len(journal.photos) - len(self.checked_photos)
        self.checked_reports, self.checked_photos = set(journal.reports), set(journal.photos)
        return counts

    def take_problems(self):
        problems, self.journal.problems = self.journal.problems, []
        return problems

    def final_problems(self):
        """Everything that was ever acknowledged, nothing twice, nothing that nobody sent, and an agreeing ledger."""
        journal = self.journal
        problems = described(audit(self.installation, journal.reports, journal.photos))
        problems += [f"stored twice: {row}" for row in duplicates(self.installation)]
        problems += [f"never answered: {sent.path}" for sent in journal.unanswered.values()]
        strangers = report_ids(self.installation) - journal.reports.keys()
        problems += [f"nobody sent report {id}" for id in strangers]
        disagreement = self.installation.disagreement()
        return problems + ([disagreement] if disagreement else [])

    # Migration

    def undisturbed_schema(self):
        rehearsal = Installation(self.binary, self.folder / "rehearsal")
        rehearsal.run("migrate")
        return tables(rehearsal)

    def note_schema(self, installation, done):
        """What the kill left of the schema: all of it or nothing."""
        present = tables(installation)
        done.killed += ": whole" if present == self.schema else ": absent" if not present else ": torn"
        if present and present != self.schema:
            done.problems.append(f"a killed migration left {len(present)} of {len(self.schema)} tables and indexes")


def tables(installation):
    """Names and texts of all tables and indexes; empty where there is no database yet.

    Looks at a copy: whoever opens the database first recovers it, and that is the gateway's part.
    """
    if not installation.database.exists():
        return set()
    with tempfile.TemporaryDirectory() as folder:
        for file in installation.database.parent.glob(installation.database.name + "*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        with opened(f"{folder}/{installation.database.name}") as database:
            return set(database.execute("SELECT name, sql FROM sqlite_master"))


def described(findings: Findings):
    return [f"lost {item}" for item in findings.lost] + [f"corrupt {item}" for item in findings.corrupt]
