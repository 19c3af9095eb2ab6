#!/usr/bin/env python3
"""Cuts the power under a loaded gateway and looks for acknowledged records and photos that are gone.

usage: powercut.py [--gateway BINARY] [--cuts N] [--tries N] [--seed N]

Kill -9 cannot see a missing fsync: the kernel keeps what a dead process wrote. Here the gateway works on ext4 images
while the kernel's own write-back is off. At the cut it is frozen and the image files are copied: they hold what a disk
would hold. The copies are mounted, which replays their journals, and compared with what had been acknowledged.

A test that has never failed proves little, so the same gateway is then run with one kind of sync taken away
(nosync.c), and each of these mutants must lose something.

Needs root, loop devices and a C compiler. Exits 0 only if nothing was lost and every mutant was caught.
"""
import argparse
import contextlib
import os
import pathlib
import random
import signal
import sys
import tempfile

sys.dont_write_bytecode = True
# The load, the county and the audit are those of the kill test.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Kills"))

from disks import nothing_left_mounted, without_writeback
from gateway_process import GatewayFailure, find_binary
from rig import Rig

MUTANTS = {
    "wal": "no sync of the write-ahead log, as with synchronous=NORMAL at commit",
    "file": "no sync of photo files",
    "directory": "no sync of directories",
}
HEADER = f"{'cut':>12} {'reports':>8} {'photos':>7} {'lost':>6} {'corrupt':>8}  verify"


def main():
    arguments = parsed_arguments()
    random.seed(arguments.seed)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit("powercut: stopped"))  # every clean-up runs on the way out
    if os.geteuid() != 0:
        sys.exit("powercut: FAILED: needs root, to mount images and to hold the kernel's write-back")
    try:
        binary = find_binary(arguments.gateway)
        with temporary_folder() as folder, nothing_left_mounted(folder), without_writeback():
            rig = Rig(binary, folder)
            print(f"seed {arguments.seed}\n{HEADER}", flush=True)
            honest = honest_cuts(rig, arguments.cuts)
            caught = [name for name in MUTANTS if is_caught(rig, name, arguments.tries)]
    except (GatewayFailure, OSError) as error:
        sys.exit(f"powercut: FAILED: {error}")
    conclude(honest, caught)


@contextlib.contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory(prefix="powercut-") as folder:
        yield pathlib.Path(folder).resolve()


def parsed_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--gateway", metavar="BINARY", help="the program to test; without it the debug build")
    parser.add_argument("--cuts", type=int, default=15, help="cuts of the honest gateway")
    parser.add_argument("--tries", type=int, default=20, help="most cuts until a mutant must have lost something")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the random moments")
    return parser.parse_args()


def honest_cuts(rig, count):
    outcomes = []
    for number in range(1, count + 1):
        outcome = rig.cut()
        show(str(number), outcome)
        for item in [*outcome.findings.lost, *outcome.findings.corrupt, *outcome.problems]:
            print(f"{'':>13}{item}")
        outcomes.append(outcome)
    return outcomes


def is_caught(rig, mutant, tries):
    """Cuts until the mutant has lost or corrupted something that it had acknowledged."""
    print(f"mutant {mutant}: {MUTANTS[mutant]}")
    for number in range(1, tries + 1):
        outcome = rig.cut(mutant)
        show(f"{mutant} {number}", outcome)
        if outcome.findings:
            return True
    return False


def show(label, outcome):
    findings = outcome.findings
    print(
        f"{label:>12} {outcome.reports:>8} {outcome.photos:>7} {len(findings.lost):>6} {len(findings.corrupt):>8}  "
        f"{outcome.verify}", flush=True)


def conclude(honest, caught):
    """One line, and the exit status. A run that acknowledged nothing has shown nothing."""
    reports = sum(outcome.reports for outcome in honest)
    photos = sum(outcome.photos for outcome in honest)
    lost = sum(len(outcome.findings.lost) for outcome in honest)
    corrupt = sum(len(outcome.findings.corrupt) for outcome in honest)
    has_worked = all(outcome.reports and outcome.photos for outcome in honest)
    is_good = has_worked and all(outcome.is_good for outcome in honest) and len(caught) == len(MUTANTS)
    print(
        f"powercut: {'ok' if is_good else 'FAILED'}: {len(honest)} cuts, {reports} reports and {photos} photos "
        f"acknowledged, {lost} lost, {corrupt} corrupt; mutants caught {len(caught)}/{len(MUTANTS)}")
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
