"""Handhelds that go on through an outage of the database, and notes of how each of their requests was answered."""
import dataclasses
import http.client
import time

from load import Handheld, Journal

LONGEST_ANSWER = 10.0  # seconds
RETRY_PAUSE = 0.1  # seconds; shorter than Retry-After asks for, so that the first answer after an outage is seen
PATIENCE = 15  # seconds until a connection counts as hung


@dataclasses.dataclass(frozen=True)
class Answer:
    """How one request ended. Times are those of `time.monotonic`."""
    request: str
    begun: float
    ended: float
    status: int  # 0 where none came
    retry_after: str

    @property
    def is_good(self):
        return self.status in (200, 201)

    @property
    def fault(self):
        """What no answer may be, with a database or without; empty where there is nothing to say."""
        if self.status not in (200, 201, 503):
            return "neither done nor refused"
        if self.status == 503 and not self.retry_after:
            return "no Retry-After"
        return "too slow" if self.seconds > LONGEST_ANSWER else ""

    @property
    def seconds(self):
        return self.ended - self.begun

    def __str__(self):
        return f"{self.request}: {self.status or 'no answer'} after {self.seconds:.2f} s"


class Notes(Journal):
    """A journal that remembers every answer besides."""

    def __init__(self):
        super().__init__()
        self.answers = []

    def first_good(self, begun=0.0, ended=0.0):
        """When a request that began and ended no sooner than that was first acknowledged; None as long as none was."""
        good = [
            answer.ended for answer in list(self.answers)
            if answer.is_good and answer.begun >= begun and answer.ended >= ended]
        return min(good, default=None)


class PatientHandheld(Handheld):
    """Sends the same bytes again until they are acknowledged, through refusals and lost connections."""

    def run(self, port, until, fault):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            while not until.is_set():
                for sent in self.visit():
                    self.journal.sending(sent)
                    while not self.is_delivered(connection, sent) and not until.wait(RETRY_PAUSE):
                        pass
                    if until.is_set():
                        break
                until.wait(self.pause)
        finally:
            connection.close()

    def is_delivered(self, connection, sent):
        answer, body = noted(self.journal, connection, "PUT", sent.path, sent.body, sent.headers)
        if answer.status:
            self.journal.answered(sent, answer.status, body)
        return answer.is_good


def send_the_rest(port, notes):
    """Brings what was not acknowledged under load to an acknowledgement, or gives up after a while."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    end = time.monotonic() + LONGEST_ANSWER
    while notes.unanswered and time.monotonic() < end:
        for sent in list(notes.unanswered.values()):
            answer, body = noted(notes, connection, "PUT", sent.path, sent.body, sent.headers)
            if answer.status:
                notes.answered(sent, answer.status, body)
        time.sleep(RETRY_PAUSE)
    connection.close()


class Reader:
    """Somebody who looks at the roster and at the own records, again and again."""

    def __init__(self, worker, notes, *, pause):
        self.worker = worker
        self.notes = notes
        self.pause = pause

    def run(self, port, until, fault):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.worker.token}"}
        paths = [f"/v1/roster/places?grid={self.worker.grid}", "/v1/reports"]
        try:
            while not until.is_set():
                for path in paths:
                    noted(self.notes, connection, "GET", path, None, headers)
                    until.wait(self.pause)
        finally:
            connection.close()


def noted(notes, connection, method, path, body, headers):
    """Asks and notes the answer; returns it and its body."""
    begun = time.monotonic()
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        status, retry_after = response.status, response.getheader("Retry-After", "")
    except (OSError, http.client.HTTPException) as error:
        connection.close()  # the next request opens it again
        content, status, retry_after = repr(error).encode(), 0, ""
    words = "" if status in (200, 201, 503) else f" ({content[:300].decode(errors='replace')})"
    answer = Answer(f"{method} {path}{words}", begun, time.monotonic(), status, retry_after)
    notes.answers.append(answer)
    return answer, content
