"""Handhelds that send records and photos, and the journal of what the gateway acknowledged to them."""
import collections
import dataclasses
import datetime
import hashlib
import http.client
import json
import os
import random
import struct
import threading
import time
import uuid


@dataclasses.dataclass(frozen=True)
class Sent:
    """One PUT as it travels; the same object is sent again after a failure, byte by byte."""
    kind: str  # "report" or "photo"
    key: str  # the record's UUID, or the photo's SHA-256
    body: bytes = dataclasses.field(repr=False)
    sha256: str
    worker: object = dataclasses.field(repr=False)

    @property
    def path(self):
        return f"/v1/{self.kind}s/{self.key}"

    @property
    def headers(self):
        content = "application/json" if self.kind == "report" else "image/jpeg"
        return {"Content-Type": content, "Authorization": f"Bearer {self.worker.token}"}


class Journal:
    """What was acknowledged, in the harness's own memory: no fault of the gateway or its disk reaches it."""

    def __init__(self):
        self.reports = {}  # id → SHA-256 of the bytes
        self.photos = set()
        self.unanswered = {}  # key → Sent; the gateway may or may not have them
        self.recent = collections.deque(maxlen=100)
        self.refused = 0
        self.problems = []
        self.lock = threading.Lock()

    def sending(self, sent):
        with self.lock:
            self.unanswered[sent.key] = sent

    def answered(self, sent, status, answer):
        """Notes an answer. 503 is honest: nothing was promised and the item stays to be sent again."""
        with self.lock:
            if status in (200, 201):
                self.unanswered.pop(sent.key, None)
                self.recent.append(sent)
                if sent.kind == "report":
                    self.reports[sent.key] = sent.sha256
                else:
                    self.photos.add(sent.key)
            elif status == 503:
                self.refused += 1
            else:
                self.problems.append(f"PUT {sent.path}: {status} {answer[:300]!r}")


class Handheld:
    """One worker's device: endless visits, some with a photo, which goes before or after its record."""

    def __init__(self, worker, journal, *, photo_share, pause=0.0):
        self.worker = worker
        self.journal = journal
        self.photo_share = photo_share
        self.pause = pause
        self.device = f"handheld-{uuid.uuid4().hex[:12]}"
        self.sequence = 0

    def run(self, port, until, fault):
        """Sends until `until` is set or the gateway is gone, which it may be once `fault` is set."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            while not until.is_set():
                for sent in self.visit():
                    self.journal.sending(sent)
                    self.journal.answered(sent, *put(connection, sent))
                time.sleep(random.random() * self.pause)
        except (OSError, http.client.HTTPException) as error:
            # What was not answered stays in the journal.
            if not fault.is_set():
                self.journal.problems.append(f"connection lost before the fault: {error!r}")
        finally:
            connection.close()

    def visit(self):
        if random.random() >= self.photo_share:
            return [self.report([])]
        photo = new_photo(self.worker)
        items = [photo, self.report([photo])]
        random.shuffle(items)
        return items

    def report(self, photos):
        self.sequence += 1
        kind, outcome, subject = random.choice(self.worker.subjects)
        text = {
            "version": 1,
            "capturedAt": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
            "device": {"id": self.device, "sequence": self.sequence},
            "grid": self.worker.grid,
            "subject": {"kind": kind, "id": subject},
            "outcome": outcome,
            "text": "x" * random.randrange(400),
            "photos": [{"sha256": photo.key, "bytes": len(photo.body)} for photo in photos],
        }
        body = json.dumps(text).encode()
        return Sent("report", uuid7(), body, hashlib.sha256(body).hexdigest(), self.worker)


class Load:
    """Many handhelds at once, one thread each."""

    def __init__(self, handhelds):
        self.handhelds = handhelds
        self.until = threading.Event()
        self.fault = threading.Event()
        self.threads = []

    def start(self, port):
        self.until.clear()
        self.fault.clear()
        self.threads = [
            threading.Thread(target=handheld.run, args=(port, self.until, self.fault), daemon=True)
            for handheld in self.handhelds]
        for thread in self.threads:
            thread.start()

    def expect_fault(self):
        """From now on a lost connection is the harness's own doing."""
        self.fault.set()

    def stop(self):
        """Call it once the gateway is dead or answering: a thread may be waiting for an answer."""
        self.until.set()
        for thread in self.threads:
            thread.join()


def put(connection, sent):
    """Sends one item and returns status and body."""
    connection.request("PUT", sent.path, sent.body, sent.headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def send_again(port, journal):
    """What every handheld does after an outage: sends what was not answered, until it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for sent in list(journal.unanswered.values()):
        journal.answered(sent, *put(connection, sent))
    connection.close()


def replay_recent(port, journal):
    """Sends the last acknowledged items once more: 201 instead of 200 would mean that they had been forgotten."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for sent in list(journal.recent):
        status, answer = put(connection, sent)
        if status != 200:
            journal.problems.append(f"replay of acknowledged {sent.path}: {status} {answer[:300]!r}")
    connection.close()


def new_photo(worker):
    """A photo that nobody has sent before."""
    body = jpeg(comment=os.urandom(6000))
    digest = hashlib.sha256(body).hexdigest()
    return Sent("photo", digest, body, digest, worker)


def jpeg(comment):
    """The smallest honest JPEG: 16 × 16 grey, whose comment gives it size and a digest of its own."""
    def segment(marker, content):
        return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content

    one_code = bytes([1] + [0] * 15)  # a Huffman table with a single code of one bit, for the symbol 0
    return b"".join([
        b"\xff\xd8",
        segment(0xFE, comment),
        segment(0xDB, b"\x00" + b"\x01" * 64),
        segment(0xC0, struct.pack(">BHHB", 8, 16, 16, 1) + b"\x01\x11\x00"),
        segment(0xC4, b"\x00" + one_code + b"\x00"),
        segment(0xC4, b"\x10" + one_code + b"\x00"),
        segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
        b"\x00",  # four blocks, each "no difference" and "end of block"
        b"\xff\xd9",
    ])


def uuid7():
    """Time first, as handhelds make them, so that neighbours in time are neighbours in the index."""
    bits = time.time_ns() // 1_000_000 << 80 | random.getrandbits(80)
    bits = bits & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=bits & ~(0x3 << 62) | 0x2 << 62))
