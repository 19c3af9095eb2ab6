#!/usr/bin/env python3
"""Kills the gateway at random moments under load and looks for what it had promised.

usage: kills.py [--gateway BINARY] [--kills N] [--clients N] [--seed N]

Every round kills -9 something at a random moment: mostly the gateway under the load of all clients; every fourth time
an import, with the loaded gateway or alone; every eighth time a migration of an empty database. After each the
program starts again and must be ready within two seconds, with everything it had acknowledged, nothing twice, and
every import whole or absent. Clients then send again what was not answered, as handhelds do, and the next round
begins on the same data.

Exits 0 only if all of that held in every round.
"""
import argparse
import pathlib
import random
import signal
import sys
import tempfile

sys.dont_write_bytecode = True

from gateway_process import GatewayFailure, find_binary
from rounds import Harness

HEADER = f"{'round':>6}  {'killed':<38} {'ready ms':>8} {'reports':>8} {'photos':>7} {'resent':>7}  verdict"


def main():
    arguments = parsed_arguments()
    random.seed(arguments.seed)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit("kills: stopped"))  # every clean-up runs on the way out
    try:
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            harness = Harness(find_binary(arguments.gateway), pathlib.Path(folder), arguments.clients)
            print(f"seed {arguments.seed}\n{HEADER}", flush=True)
            rounds = [run_round(harness, number) for number in range(1, arguments.kills + 1)]
            problems = harness.final_problems()
    except (GatewayFailure, OSError) as error:
        sys.exit(f"kills: FAILED: {error}")
    conclude(harness, rounds, problems)


def parsed_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--gateway", metavar="BINARY", help="the program to test; without it the debug build")
    parser.add_argument("--kills", type=int, default=50, help="rounds")
    parser.add_argument("--clients", type=int, default=50, help="concurrent handhelds")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the random moments")
    return parser.parse_args()


def run_round(harness, number):
    done = harness.round(number)
    verdict = "ok" if not done.problems else f"{len(done.problems)} PROBLEMS"
    print(
        f"{number:>6}  {done.killed:<38} {done.ready * 1000:>8.0f} {done.reports:>8} {done.photos:>7} "
        f"{done.resent:>7}  {verdict}", flush=True)
    for problem in done.problems[:20]:
        print(f"{'':>8}{problem}")
    return done


def conclude(harness, rounds, final):
    """One line, and the exit status. A run that acknowledged nothing has shown nothing."""
    for problem in final[:20]:
        print(f"at the end: {problem}")
    journal = harness.journal
    ready = sorted(done.ready for done in rounds)
    median, slowest = (ready[len(ready) // 2], ready[-1]) if ready else (0, 0)
    problems = sum(len(done.problems) for done in rounds) + len(final)
    is_good = problems == 0 and journal.reports and journal.photos
    print(
        f"kills: {'ok' if is_good else 'FAILED'}: {len(rounds)} kills, {len(journal.reports)} reports and "
        f"{len(journal.photos)} photos acknowledged, {problems} problems; "
        f"{journal.refused} answers 503; "
        f"ready after {median * 1000:.0f} ms (median), {slowest * 1000:.0f} ms (slowest)")
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
