"""What schemathesis cannot guess: ids that exist, digests that match, and passwords.

Three of four cases get such values in their valid parts; the fourth stays as it was generated, wild. Every answer is
counted, and the counts are written where `run` looks for them.
"""

import atexit
import base64
import hashlib
import io
import json
import os
import random
import threading
import uuid
from collections import Counter, defaultdict

import requests
import schemathesis
from PIL import Image

import registry

with open(os.environ["PATROL_KNOWN"], encoding="utf-8") as file:
    KNOWN = json.load(file)
BASE = KNOWN["base"]
RANDOM = random.Random(20260305)
COUNTS = defaultdict(Counter)
LOCK = threading.Lock()


def photo(number):
    """A small JPEG; equal numbers give equal bytes."""
    picture = Image.new("RGB", (48, 32), (number % 256, number // 256 % 256, 90))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def content_digest(data):
    return "sha-256=:" + base64.b64encode(hashlib.sha256(data).digest()).decode() + ":"


def account(name):
    return next(known for known in KNOWN["accounts"] if known["name"] == name)


def login(known):
    body = {"name": known["name"], "password": known["password"]}
    answer = requests.post(BASE + "/v1/login", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()["token"]


class Sessions:
    """Tokens, one for each account; a fresh one where a case will end its session."""

    def __init__(self):
        self.tokens = {}

    def of(self, name):
        with LOCK:
            if name not in self.tokens:
                self.tokens[name] = login(account(name))
            return self.tokens[name]


SESSIONS = Sessions()
PHOTOS = [photo(number) for number in range(12)]
# By operation: who asks as a rule. The deputy's station holds the worker's grid.
WORKER, DEPUTY = KNOWN["worker"], KNOWN["deputy"]
GRIDS, AREAS = KNOWN["grids"], KNOWN["areas"]


def seed():
    """Photos and records that reading cases can ask for."""
    headers = {"Authorization": "Bearer " + SESSIONS.of(WORKER)}
    for data in PHOTOS[:6]:
        requests.put(f"{BASE}/v1/photos/{sha256(data)}", data=data, headers=headers, timeout=30).raise_for_status()
    ids = []
    for index, place in enumerate(KNOWN["places"][:6]):
        ids.append(str(uuid.UUID(int=RANDOM.getrandbits(128), version=4)))
        report = {
            "version": 1, "capturedAt": KNOWN["now"], "device": {"id": "schemathesis", "sequence": index + 1},
            "subject": {"kind": "place", "id": place}, "outcome": "checked",
            "photos": [{"sha256": sha256(PHOTOS[index]), "bytes": len(PHOTOS[index])}],
        }
        requests.put(f"{BASE}/v1/reports/{ids[-1]}", json=report, headers=headers, timeout=30).raise_for_status()
    return ids


REPORTS = seed()
SENT = []
COUNTY, CHIEF = KNOWN["county"], KNOWN["chief"]
# Kept apart from what records of all kinds are sent about, so that something of them can wait for a ruling.
DISPUTABLE = KNOWN["places"][20:]


def asks(name, method, path, body=None):
    answer = requests.request(
        method, BASE + path, json=body, headers={"Authorization": "Bearer " + SESSIONS.of(name)}, timeout=30)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def new_id():
    return str(uuid.UUID(int=RANDOM.getrandbits(128), version=4))


WORLD = registry.World(KNOWN, RANDOM, asks, new_id)
# Operations with a tag of these are supplied by `registry`.
REGISTRY_TAGS = {"registry", "joint", "reading", "completeness", "accounts", "privacy", "devices", "audit"}
REGISTRY_OTHERS = {"listClosingRules", "postClosingRule", "listMyRulings"}


def waiting():
    """A record of the worker's that waits for a ruling."""
    name = new_id()
    asks(WORKER, "PUT", "/v1/reports/" + name, {
        "version": 1, "capturedAt": KNOWN["now"], "device": {"id": "schemathesis", "sequence": 1},
        "subject": {"kind": "place", "id": RANDOM.choice(DISPUTABLE)}, "outcome": "suspended", "until": "2099-12-31",
    })
    return name


def refused(report=None):
    """A ruling on such a record; refused, so that the place goes on to be owed."""
    body = {"kind": "place", "report": report or waiting(), "decision": "refused", "reason": "现场核实未歇业"}
    return asks(DEPUTY, "POST", "/v1/rulings", body)["id"]


def batch():
    waiting()
    drawn = asks(DEPUTY, "POST", "/v1/rulings/batches", batch_body())
    for report in drawn["sample"]:
        refused(report)
    return drawn["id"]


def batch_body():
    return {"kind": "place", "area": AREAS[0], "month": KNOWN["month"], "matter": "status", "decision": "refused",
            "reason": "统一核查", "sampleSize": 1}


def appealed():
    ruling = refused()
    asks(WORKER, "POST", "/v1/rulings/appeals", {"kind": "place", "ruling": ruling, "text": "门上贴有告示"})
    return ruling


def close_last_month():
    asks(COUNTY, "GET", f"/v1/coverage?area={KNOWN['countyArea']}&month={KNOWN['lastMonth']}")
    asks(COUNTY, "POST", f"/v1/ledger/closing?area={KNOWN['countyArea']}&month={KNOWN['lastMonth']}")


close_last_month()


def record():
    """A record as a handheld would send it, with all that may vary."""
    report = {
        "version": 1, "capturedAt": KNOWN["now"],
        "device": {"id": "schemathesis", "sequence": RANDOM.randrange(1, 10**6)},
    }
    kind = RANDOM.choice(["place", "keyPerson", "newPlace", None])
    if kind == "place":
        report["subject"] = {"kind": kind, "id": RANDOM.choice(KNOWN["places"][:20] + ["nowhere"])}
        report["outcome"] = RANDOM.choice(["checked", "closedNow", "refused", "suspended", "gone"])
    elif kind == "keyPerson":
        report["subject"] = {"kind": kind, "id": RANDOM.choice(KNOWN["keyPersons"])}
        report["outcome"] = RANDOM.choice(["met", "phone", "noAnswer", "hospital"])
    elif kind == "newPlace":
        report["subject"] = {"kind": kind, "name": "新店 <b>", "address": None}
        report["outcome"] = "checked"
    else:
        report["findings"] = [{"kind": "safetyHazard", "text": "消防通道被占用", "urgent": True}]
    if RANDOM.random() < 0.5:
        report["fix"] = {
            "latitude": RANDOM.uniform(-90, 90), "longitude": RANDOM.uniform(-180, 180),
            "system": RANDOM.choice(["WGS-84", "GCJ-02", "BD-09", "CGCS2000"]),
        }
    if RANDOM.random() < 0.3:
        data = RANDOM.choice(PHOTOS)
        report["photos"] = [{"sha256": sha256(data), "bytes": len(data), "role": "scene"}]
    if RANDOM.random() < 0.3:
        report["weather"] = {"sky": "rain"}
    return report


def area(operation):
    return RANDOM.choice(GRIDS if operation.startswith("list") and operation.endswith(("aces", "sons")) else AREAS)


def supply(case, operation):
    """Puts known values where a case would otherwise only ever miss."""
    if operation == "login":
        (case.headers or {}).pop("DPoP", None)
    if operation == "putReport":
        if SENT and RANDOM.random() < 0.1:
            name, case.body = RANDOM.choice(SENT)
            case.path_parameters = {"id": name}
        else:
            case.path_parameters = {"id": str(uuid.UUID(int=RANDOM.getrandbits(128), version=4))}
            if not (isinstance(case.body, dict) and RANDOM.random() < 0.2):
                case.body = record()
                SENT.append((case.path_parameters["id"], case.body))
        case.media_type = "application/json"
        (case.headers or {}).pop("Content-Digest", None)
    elif operation == "getReport":
        case.path_parameters = {"id": RANDOM.choice(REPORTS)}
    elif operation == "putPhoto":
        data = photo(RANDOM.randrange(600))
        case.path_parameters = {"sha256": sha256(data)}
        case.body, case.media_type = data, "image/jpeg"
        case.headers = {**(case.headers or {}), "Content-Digest": content_digest(data)}
    elif operation == "getPhoto":
        case.path_parameters = {"sha256": sha256(RANDOM.choice(PHOTOS[:6]))}
        case.query = RANDOM.choice([{}, {"size": "large"}, {"size": "thumb"}])
    elif operation in ("listReports", "readCoverage"):
        case.query = RANDOM.choice([{}, {"area": area(operation)}, {"month": KNOWN["month"], "area": area(operation)}])
    elif operation in ("listPlaces", "listKeyPersons"):
        case.query = {"grid": area(operation)}
    elif operation == "listObligations":
        case.query = {"area": area(operation), "kind": RANDOM.choice(["place", "keyPerson"])}
    elif operation in KINDS_OF_MONTH:
        case.query = {"area": RANDOM.choice(AREAS), "kind": "place"}
        if operation in COUNTYS:
            case.query["area"] = KNOWN["countyArea"]
        if operation in ("readVersion", "listVersions", "closeMonth"):
            case.query = {"area": KNOWN["countyArea"], "month": KNOWN["lastMonth"]}
    elif operation in BODIES:
        case.body, case.media_type = BODIES[operation](), "application/json"
    elif operation == "applyBatch":
        case.path_parameters = {"id": batch()}
    elif operation == "putPassword":
        case.body, case.media_type = PASSWORD.change(), "application/json"
    elif operation == "login":
        known = account(RANDOM.choice([WORKER, DEPUTY]))
        case.body, case.media_type = {"name": known["name"], "password": known["password"]}, "application/json"


class Password:
    """An account whose password changes with each case; the others keep theirs."""

    def __init__(self):
        issued = asks(KNOWN["security"], "POST", "/v1/accounts", WORLD.account())
        self.login, self.present, self.next = issued["login"], issued["password"], None
        self.token = login({"name": self.login, "password": self.present})

    def change(self):
        """The next one; a case that is sent in vain leaves the present one."""
        self.next = f"kestrel-Moor-{RANDOM.getrandbits(40):x}"
        return {"old": self.present, "new": self.next}

    def heard(self, status):
        if status == 204 and self.next:
            self.present = self.next
        self.next = None


PASSWORD = Password()
KINDS_OF_MONTH = {
    "listVersions", "readVersion", "listJournal", "closeMonth", "listQueue", "listAppeals", "sampleRulings", "listRulers",
    "listRosterReview",
}
DEPUTYS = {
    "getPhoto", "listObligations", "readCoverage", "listReports", "listQueue", "postRuling", "postExcuse", "postDispute",
    "postBatch", "applyBatch", "listAppeals", "listRosterReview",
}
COUNTYS = {
    "readVersion", "closeMonth", "sampleRulings", "listRulers", "postReview", "postPolicy", "postRule", "listVersions",
}
BODIES = {
    "postRuling": lambda: {"kind": "place", "report": waiting(), "decision": "refused", "reason": "现场核实未歇业"},
    "postExcuse": lambda: {
        "kind": "place", "subject": RANDOM.choice(KNOWN["places"]), "firstDay": KNOWN["month"] + "-01",
        "lastDay": KNOWN["month"] + "-02", "reason": "道路封闭", "basis": "防指〔2026〕2号"},
    "postDispute": lambda: {"kind": "place", "report": RANDOM.choice(checked()), "reason": "店主称无人到访"},
    "postBatch": lambda: (waiting(), batch_body())[1],
    "postAppeal": lambda: {"kind": "place", "ruling": refused(), "text": "门上贴有告示"},
    "answerAppeal": lambda: {"kind": "place", "ruling": appealed(), "decision": "refused", "reason": "维持"},
    "postReview": lambda: {"kind": "place", "ruling": refused(), "agrees": True},
    "postPolicy": lambda: {
        "id": f"check-{RANDOM.getrandbits(40)}", "kind": "place", "task": "professional", "title": "专业检查", "basis": "样例",
        "every": "month", "from": "2099-01-01"},
    "postRule": lambda: {
        "id": f"rule-{RANDOM.getrandbits(40)}", "kind": "place", "matter": "status", "classes": [], "areas": [],
        "monthsInRow": 2, "longestDays": 30, "basis": "样例", "from": "2099-01-01"},
}


def checked():
    """A fresh record that counts, of a place that may be disputed."""
    name = new_id()
    asks(WORKER, "PUT", "/v1/reports/" + name, {
        "version": 1, "capturedAt": KNOWN["now"], "device": {"id": "schemathesis", "sequence": 1},
        "subject": {"kind": "place", "id": RANDOM.choice(KNOWN["places"][:20])}, "outcome": "checked",
    })
    return [name]


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    declared = case.method.upper() == case.operation.method.upper()
    headers = dict(case.headers or {})
    is_registry = operation in REGISTRY_OTHERS or (
        bool(REGISTRY_TAGS & set(case.operation.definition.raw.get("tags", []))))
    if declared and RANDOM.random() < 0.75:
        WORLD.supply(case, operation) if is_registry else supply(case, operation)
        headers = dict(case.headers or {})
    if RANDOM.random() < 0.95:
        who = DEPUTY if operation in DEPUTYS else COUNTY if operation in COUNTYS else WORKER
        if operation == "answerAppeal":
            who = CHIEF
        elif is_registry:
            who = WORLD.asker(operation)
        token = login(account(WORKER)) if operation == "logout" and declared else SESSIONS.of(who)
        if operation == "putPassword":
            token = PASSWORD.token
        headers["Authorization"] = "Bearer " + token
    case.headers = headers


@schemathesis.hook
def after_call(context, case, response):
    operation = f"{case.operation.method.upper()} {case.operation.path}"
    if operation == "PUT /v1/password":
        PASSWORD.heard(response.status_code)
    with LOCK:
        if case.method.upper() == case.operation.method.upper():
            COUNTS[operation][response.status_code] += 1
        else:
            COUNTS["undeclared"][f"{response.status_code}{'' if response.headers.get('allow') else ' without Allow'}"] += 1


@atexit.register
def write_counts():
    with open(os.environ["PATROL_COUNTS"], "w", encoding="utf-8") as file:
        json.dump({operation: dict(counts) for operation, counts in COUNTS.items()}, file)
