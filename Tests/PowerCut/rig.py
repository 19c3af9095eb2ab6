"""One power cut from beginning to end: fresh disks, a gateway under load, the cut, and what is left afterwards.

Database and photos lie on disks of their own. On a single ext4, each sync commits one journal that carries the
renames and sizes of everything: the database's commit, just before the answer, would make a forgotten directory sync
good, and a photo's sync a forgotten one of the database. Other file systems and other layouts don't promise that, so
each half has to stand alone here, in the honest cuts too.
"""
import contextlib
import dataclasses
import pathlib
import random
import shutil
import subprocess
import time

from audit import Findings, audit
from county import found, log_in
from disks import Disk
from gateway_process import Gateway, GatewayFailure, Installation
from load import Handheld, Journal, Load

HERE = pathlib.Path(__file__).resolve().parent
WORKERS = 10


@dataclasses.dataclass
class Outcome:
    """What one cut left behind."""
    reports: int
    photos: int
    findings: Findings
    problems: list  # everything else that a healthy gateway doesn't do
    verify: str

    @property
    def is_good(self):
        return not self.findings and not self.problems and self.verify == "agrees"


class Rig:
    """A founded county on two disks, to be cut again and again."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.shim = compiled_shim(folder)
        self.templates = [Disk.make(folder / f"{name}.template", folder / name) for name in ("ledger", "photos")]
        with self.templates[0].mounted(), self.templates[1].mounted():
            installation = self.installation(self.templates)
            passwords = found(installation, folder, WORKERS)
            with Gateway(installation, folder / "founding.log") as gateway:
                gateway.wait_until_ready()
                self.workers = log_in(gateway.port, passwords)
                gateway.stop()

    def installation(self, disks):
        ledger, photos = (disk.folder for disk in disks)
        return Installation(self.binary, ledger, store=ledger / "patrol.db", photos=photos / "photos")

    def cut(self, mutant=None):
        """Runs a load on fresh disks, cuts the power at a random moment and looks at what the disks hold then."""
        journal = Journal()
        disks = [disk.copied(disk.image.with_suffix(".live"), disk.folder) for disk in self.templates]
        with contextlib.ExitStack() as stack:
            for disk in disks:
                stack.enter_context(disk.mounted())
            rests = self.load_and_cut(self.installation(disks), disks, journal, mutant)
        return self.judge(rests, journal)

    def load_and_cut(self, installation, disks, journal, mutant):
        load = Load(self.handhelds(journal))
        mutilation = {"MUTANT": mutant, "MUTANT_FOLDER": str(installation.photos)} if mutant else {}
        shim = self.shim if mutant else None
        with Gateway(installation, self.folder / "live.log", variables=mutilation, preload=shim) as gateway:
            gateway.wait_until_ready()
            load.start(gateway.port)
            try:
                time.sleep(random.uniform(0.3, 2))
                gateway.freeze()
                for disk in disks:
                    disk.settle()
                rests = [disk.copied(disk.image.with_suffix(".rest"), self.rest_folder(disk)) for disk in disks]
            finally:
                load.expect_fault()
                gateway.kill()
                # Answers that were on their way at the cut count: the gateway gave them before it.
                load.stop()
        return rests

    def rest_folder(self, disk):
        return disk.folder.with_name(disk.folder.name + "-after-the-cut")

    def handhelds(self, journal):
        """Some that press without pause, where commits are grouped; and a few that send a photo now and then, so that
        syncs overlap at times, and at others a cut comes before a later sync could make good what the last one
        omitted."""
        photographers = [Handheld(worker, journal, photo_share=1, pause=0.1) for worker in self.workers[:4]]
        return photographers + [Handheld(worker, journal, photo_share=0) for worker in self.workers[4:]]

    def judge(self, rests, journal):
        """The gateway opens the rests first, so that recovery is its own; only then others look."""
        with contextlib.ExitStack() as stack:
            for disk in rests:
                stack.enter_context(disk.mounted())
            installation = self.installation(rests)
            problems = list(journal.problems)
            try:
                with Gateway(installation, self.folder / "after.log") as gateway:
                    gateway.wait_until_ready()
            except GatewayFailure as failure:
                problems.append(str(failure))
            findings = audit(installation, journal.reports, journal.photos)
            disagreement = installation.disagreement()
        if disagreement:
            problems.append(disagreement)
        return Outcome(
            len(journal.reports), len(journal.photos), findings, problems, "differs" if disagreement else "agrees")


def compiled_shim(folder):
    shim = folder / "nosync.so"
    compiler = shutil.which("gcc") or shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise OSError("no C compiler found; install gcc")
    subprocess.run(
        [compiler, "-Wall", "-Werror", "-O1", "-shared", "-fPIC", "-o", shim, HERE / "nosync.c", "-ldl"], check=True)
    return shim
