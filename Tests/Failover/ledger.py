"""Compares what was acknowledged with what is in a PostgreSQL database, without asking the gateway."""


def losses(cluster, database, journal):
    """What the journal has as acknowledged and the database has not, or not as it was sent."""
    reports = dict(cluster.rows("SELECT id, sha256 FROM report", database))
    photos = {row[0] for row in cluster.rows("SELECT sha256 FROM photo", database)}
    found = [f"lost report {id}" for id in journal.reports if id not in reports]
    found += [
        f"corrupt report {id}" for id, sha256 in journal.reports.items() if reports.get(id, sha256) != sha256]
    return found + [f"lost photo {sha256}" for sha256 in journal.photos - photos]
