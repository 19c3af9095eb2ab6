#!/usr/bin/env python3
"""Kills the primary of a PostgreSQL pair under a loaded gateway, promotes the standby, and counts what is lost.

usage: failover.py [N] [--gateway BINARY] [--clients N] [--freeze SECONDS] [--seed N]

One gateway, whose URL names both servers, serves through all rounds. Each round joins a fresh standby to the primary,
puts the gateway under load, freezes the standby's receiver for a moment, kills -9 the primary, promotes the standby,
and waits until the gateway acknowledges again. Whatever it had acknowledged must be on the promoted server.

After N rounds with a synchronous standby, where nothing may be lost, come N with an asynchronous one, where something
must be: a test that cannot lose anything would not show that nothing was lost.

Exits 0 only if both held.
"""
import argparse
import dataclasses
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
# The load and the county are those of the kill test, the database that of the PostgreSQL tests.
sys.path += [str(pathlib.Path(__file__).resolve().parents[1] / name) for name in ("Kills", "Postgres")]

from cluster import PATIENCE, SUPERUSER, Cluster, ClusterFailure, exit_on_signals
from county import found, log_in
from gateway_process import Gateway, GatewayFailure, Installation, find_binary
from ledger import losses
from load import Load
from patient import Notes, PatientHandheld, send_the_rest

DATABASE = "failover"
MODES = {"synchronous": "*", "asynchronous": ""}  # synchronous_standby_names
HEADER = f"{'mode':<13} {'kills':>5} {'acknowledged':>13} {'lost':>6} {'worst seconds to first write':>29}"

SETTINGS = {
    # What the standby still needs is kept while it is being made.
    "wal_keep_size": "256MB",
    # A standby that has lost its primary by itself would else look for it for five seconds before it is promoted.
    "wal_retrieve_retry_interval": "100ms",
}


@dataclasses.dataclass
class Round:
    """What one kill did. Counts are of this round alone."""
    acknowledged: int
    lost: int
    first_write: float
    problems: list


def main():
    arguments = parsed_arguments()
    random.seed(arguments.seed)
    exit_on_signals("failover")
    try:
        binary = find_binary(arguments.gateway)
        with (
            tempfile.TemporaryDirectory(prefix="failover-") as folder,
            Cluster(settings=SETTINGS) as one, Cluster(settings=SETTINGS) as two,
        ):
            print(f"seed {arguments.seed}\n{HEADER}", flush=True)
            outcomes = trial(binary, pathlib.Path(folder), [one, two], arguments)
    except (GatewayFailure, ClusterFailure, OSError) as error:
        sys.exit(f"failover: FAILED: {error}")
    conclude(outcomes)


def parsed_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("rounds", metavar="N", type=int, nargs="?", default=5, help="kills in each mode")
    parser.add_argument("--gateway", metavar="BINARY", help="the program to test; without it the debug build")
    parser.add_argument("--clients", type=int, default=8, help="concurrent handhelds")
    parser.add_argument("--freeze", metavar="SECONDS", type=float, default=0.25, help="how long the receiver is frozen")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the random moments")
    return parser.parse_args()


def trial(binary, folder, servers, arguments):
    """Both modes in turn. Returns each mode's rounds."""
    servers[0].create_database(DATABASE)
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    installation = Installation(binary, folder / "data", store=f"postgres://{SUPERUSER}@{hosts}/{DATABASE}")
    passwords = found(installation, folder, arguments.clients)
    outcomes = {}
    with Gateway(installation, folder / "gateway.log") as gateway:
        gateway.wait_until_ready()
        workers = log_in(gateway.port, passwords)
        pair = Pair(*servers)
        for mode, names in MODES.items():
            outcomes[mode] = []
            for _ in range(arguments.rounds):
                pair.join(names)
                outcomes[mode].append(run_round(gateway, pair, workers, arguments.freeze))
            # The promoted server may lack records, never halves of records.
            disagreement = installation.disagreement()
            outcomes[mode][-1].problems += [disagreement] if disagreement else []
            show(mode, outcomes[mode])
        gateway.stop()
    return outcomes


class Pair:
    """A primary and its standby, which change places with every failover."""

    def __init__(self, primary, standby):
        self.primary = primary
        self.standby = standby

    def join(self, synchronous_names):
        """Makes the standby anew and waits until it follows the primary in the mode asked for."""
        self.standby.stop("immediate")
        self.standby.copy_from(self.primary)
        self.standby.start()
        # Only now: the copy has the primary's settings, and a promoted server that waits for a standby of its own
        # would acknowledge nothing.
        self.primary.psql(f"ALTER SYSTEM SET synchronous_standby_names = '{synchronous_names}'")
        self.primary.psql("SELECT pg_reload_conf()")
        wanted = [["streaming", "sync" if synchronous_names else "async"]]
        end = time.monotonic() + PATIENCE
        while self.primary.rows("SELECT state, sync_state FROM pg_stat_replication") != wanted:
            if time.monotonic() > end:
                raise ClusterFailure(f"the standby does not follow: {self.standby.last_words()}")
            time.sleep(0.05)

    def fail_over(self, freeze):
        """The standby hears nothing more from a primary that works on for a moment and dies, and takes its place.

        It is told to before its receiver runs again. Otherwise the receiver would first take in what the dead primary's
        kernel still had in its sockets, which a primary that has lost its power does not send.
        """
        receiver = int(self.standby.psql("SELECT pid FROM pg_stat_wal_receiver"))
        os.kill(receiver, signal.SIGSTOP)
        try:
            time.sleep(freeze)
            self.primary.kill()
            killed = time.monotonic()
            self.standby.promote()
            time.sleep(0.05)  # the order to end reaches the receiver
        finally:
            os.kill(receiver, signal.SIGCONT)
        self.primary, self.standby = self.standby, self.primary
        return killed


def run_round(gateway, pair, workers, freeze):
    notes = Notes()
    load = Load([PatientHandheld(worker, notes, photo_share=0) for worker in workers])
    load.start(gateway.port)
    try:
        time.sleep(random.uniform(0.5, 1.5))
        killed = pair.fail_over(freeze)
        first_write = seconds_to_first_write(notes, killed)
    finally:
        load.stop()
    if first_write is None:
        raise GatewayFailure(f"no record is acknowledged {PATIENCE} s after the failover: {gateway.last_words()}")
    send_the_rest(gateway.port, notes)
    missing = losses(pair.primary, DATABASE, notes)
    lost = sum(item.startswith("lost") for item in missing)
    problems = [item for item in missing if not item.startswith("lost")]
    problems += [f"{answer.fault}: {answer}" for answer in notes.answers if answer.fault]
    problems += [f"never answered: {sent.path}" for sent in notes.unanswered.values()]
    return Round(len(notes.reports), lost, first_write, problems)


def seconds_to_first_write(notes, killed):
    """From the kill to the first acknowledgement of a record that was sent after it; None if none comes."""
    while time.monotonic() < killed + PATIENCE:
        first = notes.first_good(begun=killed)
        if first is not None:
            return first - killed
        time.sleep(0.02)
    return None


def show(mode, rounds):
    figures = f"{len(rounds):>5} {acknowledged(rounds):>13} {lost(rounds):>6} {slowest(rounds):>29.2f}"
    print(f"{mode:<13} {figures}", flush=True)
    for problem in [problem for done in rounds for problem in done.problems][:20]:
        print(f"  {problem}")


def acknowledged(rounds):
    return sum(done.acknowledged for done in rounds)


def lost(rounds):
    return sum(done.lost for done in rounds)


def slowest(rounds):
    return max(done.first_write for done in rounds)


def conclude(outcomes):
    """One line, and the exit status."""
    honest, reckless = outcomes["synchronous"], outcomes["asynchronous"]
    problems = sum(len(done.problems) for done in honest + reckless)
    if not lost(reckless):
        print("  the asynchronous pair lost nothing, so that this run could not tell; freeze for longer: --freeze 1")
    is_good = acknowledged(honest) and not lost(honest) and lost(reckless) and not problems
    print(
        f"failover: {'ok' if is_good else 'FAILED'}: synchronous {len(honest)} kills, {acknowledged(honest)} "
        f"acknowledged, {lost(honest)} lost, first write after {slowest(honest):.2f} s at worst; asynchronous "
        f"{len(reckless)} kills, {acknowledged(reckless)} acknowledged, {lost(reckless)} lost; {problems} problems")
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
