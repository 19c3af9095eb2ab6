#!/usr/bin/env python3
"""Three ways in which a primary shows a record that its synchronous standby does not have, and then dies.

usage: doubts.py [--gateway BINARY]

The standby's receiver is frozen, so that a handheld's commit waits. Then

  cancelled    an administrator cancels the wait: PostgreSQL ends the commit as done, with a warning;
  terminated   an administrator ends the session that waits;
  recovered    the primary crashes and recovers: the record is visible without anybody having waited for it.

The handheld sends the same again until it is acknowledged. Then the primary dies and the standby takes its place. What
was acknowledged must be there: a warning is no acknowledgement, and to have found a record is none either.

Exits 0 only if nothing acknowledged is missing and each doubt really arose.
"""
import argparse
import os
import pathlib
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path += [str(pathlib.Path(__file__).resolve().parents[1] / name) for name in ("Kills", "Postgres")]

from cluster import PATIENCE, SUPERUSER, Cluster, ClusterFailure, exit_on_signals
from county import found, log_in
from failover import DATABASE, SETTINGS, Pair
from gateway_process import Gateway, GatewayFailure, Installation, find_binary
from ledger import losses
from load import Load
from patient import Notes, PatientHandheld, send_the_rest

WAITING = "SELECT {}(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND backend_type = 'client backend'"
LONG_ENOUGH = 1.5  # seconds in which a handheld sends again several times


def cancelled(primary):
    return primary.rows(WAITING.format("pg_cancel_backend"))


def terminated(primary):
    return primary.rows(WAITING.format("pg_terminate_backend"))


def recovered(primary):
    waiting = primary.rows(WAITING.format(""))
    primary.restart("immediate")
    return waiting


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gateway", metavar="BINARY", help="the program to test; without it the debug build")
    arguments = parser.parse_args()
    exit_on_signals("doubts")
    try:
        binary = find_binary(arguments.gateway)
        with (
            tempfile.TemporaryDirectory(prefix="doubts-") as folder,
            Cluster(settings=SETTINGS) as one, Cluster(settings=SETTINGS) as two,
        ):
            lines = trial(binary, pathlib.Path(folder), [one, two])
    except (GatewayFailure, ClusterFailure, OSError) as error:
        sys.exit(f"doubts: FAILED: {error}")
    bad = [line for line in lines if not line.endswith(" 0 lost")]
    print(f"doubts: {'FAILED' if bad else 'ok'}: {'; '.join(lines)}")
    sys.exit(1 if bad else 0)


def trial(binary, folder, servers):
    servers[0].create_database(DATABASE)
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    installation = Installation(binary, folder / "data", store=f"postgres://{SUPERUSER}@{hosts}/{DATABASE}")
    passwords = found(installation, folder, 1)
    with Gateway(installation, folder / "gateway.log") as gateway:
        gateway.wait_until_ready()
        # One alone: what it only finds shares no commit with what another one writes.
        workers = log_in(gateway.port, passwords)
        pair = Pair(*servers)
        lines = [doubt(gateway, pair, workers, raising) for raising in (cancelled, terminated, recovered)]
        gateway.stop()
    return lines


def doubt(gateway, pair, workers, raising):
    pair.join("*")
    notes = Notes()
    load = Load([PatientHandheld(worker, notes, photo_share=0, pause=0.01) for worker in workers])
    load.start(gateway.port)
    try:
        time.sleep(1)
        receiver = int(pair.standby.psql("SELECT pid FROM pg_stat_wal_receiver"))
        os.kill(receiver, signal.SIGSTOP)
        try:
            wait_for_a_waiting_commit(pair.primary)
            arose = raising(pair.primary)
            time.sleep(LONG_ENOUGH)
            pair.primary.kill()
            pair.standby.promote()
            time.sleep(0.05)
        finally:
            os.kill(receiver, signal.SIGCONT)
        pair.primary, pair.standby = pair.standby, pair.primary
        time.sleep(2)
    finally:
        load.stop()
    send_the_rest(gateway.port, notes)
    missing = losses(pair.primary, DATABASE, notes)
    for line in missing + [str(answer) for answer in notes.answers if answer.status not in (200, 201, 503)]:
        print(f"  {line}")
    name = raising.__name__
    if not arose:
        return f"{name} did not arise"
    return f"{name} {len(notes.reports)} acknowledged, {len(missing)} lost"


def wait_for_a_waiting_commit(primary):
    end = time.monotonic() + PATIENCE
    while not primary.rows(WAITING.format("")):
        if time.monotonic() > end:
            raise ClusterFailure("no commit waits for the frozen standby")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
