"""Compares what was acknowledged with what is on disk, without asking the gateway."""
import contextlib
import dataclasses
import hashlib
import sqlite3


@dataclasses.dataclass
class Findings:
    """Acknowledged items that are gone, and those that are there but not as they were sent."""
    lost: list = dataclasses.field(default_factory=list)
    corrupt: list = dataclasses.field(default_factory=list)

    def __bool__(self):
        return bool(self.lost or self.corrupt)

    def __str__(self):
        return "; ".join([f"lost {item}" for item in self.lost] + [f"corrupt {item}" for item in self.corrupt])


def audit(installation, reports, photos):
    """Every report's row with its bytes, every photo's row and three files, and the database as a whole."""
    findings = Findings()
    try:
        with opened(installation.database) as database:
            check_integrity(database, findings)
            check_reports(database, reports, findings)
            check_photos(database, installation.photos, photos, findings)
    except sqlite3.DatabaseError as error:
        findings.corrupt.append(f"database: {error}")
        findings.lost += [f"report {id}" for id in reports] + [f"photo {sha256}" for sha256 in photos]
    return findings


@contextlib.contextmanager
def opened(path):
    """The database for reading; SQLite recovers its write-ahead log on the way, as the gateway would."""
    database = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=60)
    try:
        yield database
    finally:
        database.close()


def check_integrity(database, findings):
    answer = [row[0] for row in database.execute("PRAGMA integrity_check")]
    if answer != ["ok"]:
        findings.corrupt.append(f"database: {answer[:3]}")


def check_reports(database, reports, findings):
    stored = {id: (sha256, body) for id, sha256, body in database.execute("SELECT id, sha256, body FROM report")}
    for id, wanted in reports.items():
        if id not in stored:
            findings.lost.append(f"report {id}")
        elif stored[id][0] != wanted or sha256_hex(stored[id][1].encode()) != wanted:
            findings.corrupt.append(f"report {id}")


def check_photos(database, folder, photos, findings):
    rows = database.execute("SELECT sha256, large_sha256, thumbnail_sha256 FROM photo")
    stored = {sha256: renditions for sha256, *renditions in rows}
    for sha256 in photos:
        if sha256 not in stored:
            findings.lost.append(f"photo {sha256}: row")
            continue
        large, thumbnail = stored[sha256]
        files = [("original", sha256), ("large", large), ("thumbnail", thumbnail)]
        # One finding a photo, so that counts are counts of photos.
        any(check_file(folder / kind / sha256[:2] / f"{sha256}.jpg", digest, f"photo {sha256}: {kind}", findings)
            for kind, digest in files)


def check_file(path, digest, what, findings):
    """Returns whether there was something to note."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        findings.lost.append(what)
        return True
    if sha256_hex(content) != digest:
        findings.corrupt.append(f"{what}, {len(content)} bytes")
        return True
    return False


def duplicates(installation):
    """Records that are stored twice: a device never uses a sequence number again."""
    with opened(installation.database) as database:
        return database.execute(
            "SELECT device_id, device_sequence, COUNT(*) FROM report GROUP BY 1, 2 HAVING COUNT(*) > 1").fetchall()


def report_ids(installation):
    with opened(installation.database) as database:
        return {row[0] for row in database.execute("SELECT id FROM report")}


def sha256_hex(data):
    return hashlib.sha256(data).hexdigest()
