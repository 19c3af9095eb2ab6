"""What the operations of registry, joint work, reading and completeness ask for: ids that exist, and what goes together.

`World` is what the hooks know: the demonstration's accounts and areas, and how to ask the gateway something beforehand.
"""

SQUARE = [[120.42, 30.86], [120.43, 30.86], [120.43, 30.87], [120.42, 30.87], [120.42, 30.86]]
# Who asks; the county where nothing is said.
DEPUTYS = {
    "postJointWork", "withdrawJointWork", "decideProposal", "listProposals", "readClears", "explainCoverage", "readStory",
    "readBreakdown", "postComparison", "listComparisons", "listComparisonLines", "decideComparisonLine",
    "postStreetWalk", "listStreetWalks",
}
WORKERS = {"listMyRulings"}
ACCOUNTS = {
    "listAccounts", "postAccount", "disableAccount", "enableAccount", "resetPassword", "giveRole", "endRole",
}
DEVICES = {
    "listDevices", "registerDevice", "renewDeviceCode", "lockDevice", "markDeviceLost", "unlockDevice", "listTokens",
    "issueToken", "endToken",
}
AUDIT = {"readAudit", "readAuditHeads", "exportAudit"}
OWNERS = {
    "listKeyPersonLists", "postKeyPersonList", "endKeyPersonList", "listListMembers", "postListMember", "postListSteward",
    "readListCategories", "postVaultEntry", "readVaultEntry",
}
OWNER = "listowner"


class World:
    def __init__(self, known, random, asks, new_id):
        self.known, self.random, self.asks, self.new_id = known, random, asks, new_id
        self.station, self.grid = known["areas"][0], known["grids"][0]
        self.month, self.day = known["month"], known["month"] + "-01"
        self.worker, self.deputy, self.county = known["worker"], known["deputy"], known["county"]
        self.compared = self.drawn = None

    def code(self, prefix):
        return f"{prefix}-{self.random.getrandbits(48):x}"

    # MARK: Bodies

    def details(self):
        return {"id": self.code("shop"), "name": "适园小吃店", "category": "小餐饮", "address": "适园路 9 号",
                "grid": self.grid, "latitude": 30.86, "longitude": 120.42, "radiusMetres": 50}

    def area_change(self):
        return self.random.choice([
            {"change": "rename", "area": self.grid, "from": self.day, "name": "适园网格"},
            {"change": "size", "area": self.grid, "from": self.day, "households": 412, "people": 1_140},
            {"change": "recode", "area": self.grid, "from": self.day, "scheme": "grid", "code": self.code("WG")},
        ])

    def place_change(self):
        return {"change": "open", "from": self.day, "details": self.details()}

    def duty(self):
        return {"login": self.worker, "grid": self.grid, "capacity": "fullTime", "from": self.day}

    # Each account of its own, so that no case closes the door of another.

    def account(self):
        return {"login": self.code("user"), "name": "王芳", "role": "department", "area": self.known["countyArea"]}

    def added(self):
        body = self.account()
        self.asks(self.known["security"], "POST", "/v1/accounts", body)
        return {"login": body["login"]}

    def role(self):
        return {**self.added(), "role": "stationChief", "area": self.station, "from": self.day}

    def held_role(self):
        body = self.role()
        self.asks(self.known["security"], "POST", "/v1/accounts/roles", body)
        return body

    def joint_work(self):
        return {"station": self.station, "task": "inspection", "scope": self.random.choice(["weekly", "monthly", "adHoc"]),
                "day": self.day, "ledBy": "区消防救援大队", "minutes": "检查沿街商铺 12 家", "decisions": ["3 家限期整改"],
                "participants": [{"capacity": "stationedStaff", "unit": "区消防救援大队", "name": "周斌"}]}

    def withdrawn(self):
        return {"id": self.asks(self.deputy, "POST", "/v1/joint-work", self.joint_work())["id"]}

    def checklist(self):
        return {"id": self.code("list"), "title": "小餐饮检查", "basis": "样例", "classes": ["小餐饮"], "from": "2099-01-01",
                "items": [{"code": "exit", "text": "安全出口是否畅通"}]}

    def policy(self):
        return {"id": self.code("check"), "kind": "place", "task": "professional", "title": "消防专业检查", "basis": "样例",
                "every": "month", "from": self.day}

    def proposal(self):
        report = self.new_id()
        self.asks(self.worker, "PUT", "/v1/reports/" + report, {
            "version": 1, "capturedAt": self.known["now"], "device": {"id": "schemathesis", "sequence": 1},
            "subject": {"kind": "newPlace", "name": "新开水果店", "address": "适园路 12 号"}, "outcome": "checked",
        })
        return {"kind": "place", "report": report, "accepted": False, "reason": "已在底册"}

    def comparison(self):
        return {"area": self.station, "source": "市场监管登记", "rows": [
            {"key": self.code("reg"), "name": "新开水果店", "address": "适园路 12 号"},
            {"key": self.code("reg"), "name": "适园小吃店", "address": "适园路 9 号"}]}

    def compared_id(self):
        if not self.compared:
            self.compared = self.asks(self.deputy, "POST", "/v1/comparisons", self.comparison())["id"]
        return self.compared

    def street_walk(self):
        return {"area": self.station, "street": "适园路", "day": self.day, "doors": 42, "unlisted": 3}

    def spot_check(self):
        return {"kind": "place", "area": self.known["countyArea"], "month": self.month, "size": 3}

    def result(self):
        if not self.drawn:
            self.drawn = self.asks(self.county, "POST", "/v1/spot-checks", self.spot_check())
        return {"check": self.drawn["id"], "report": self.random.choice(self.drawn["items"])["report"],
                "result": "confirmed", "manner": "telephone"}

    def key_person_list(self):
        return {"id": self.code("list"), "owner": "区司法局", "area": self.known["countyArea"], "legalBasis": "样例依据",
                "purpose": "样例目的", "from": "2020-01-01", "to": "2099-01-01"}

    def listed(self):
        return self.asks(OWNER, "POST", "/v1/key-person-lists", self.key_person_list())["id"]

    def vault_entry(self):
        return {"list": "list-sample", "person": self.random.choice(self.known["keyPersons"][:5]), "category": "样例",
                "identityNumber": "11010519491231002X", "caseText": "样例"}

    def vault_reading(self):
        entry = self.vault_entry()
        self.asks(OWNER, "POST", "/v1/vault/entries", entry)
        return {"list": entry["list"], "person": entry["person"], "purpose": "casework", "full": self.random.random() < 0.5}

    def quarantined(self):
        report = self.new_id()
        self.asks(self.worker, "PUT", "/v1/reports/" + report, {
            "version": 1, "capturedAt": self.known["now"], "device": {"id": "schemathesis", "sequence": 1},
            "text": "机密★10年", "grid": self.grid,
        })
        return {"report": report, "decision": self.random.choice(["release", "remove"]), "reason": "样例"}

    def device(self):
        return {"person": self.known["workerId"], "label": self.code("平板")}

    def registered(self):
        return self.asks(self.known["security"], "POST", "/v1/devices", self.device())["device"]

    def token(self):
        return {"person": self.known["workerId"], "label": "样例平台", "scopes": ["readCoverage"], "until": self.known["now"][:10]}

    def issued(self):
        return self.asks(self.known["security"], "POST", "/v1/tokens", self.token())["id"]

    # MARK: Cases

    def supply(self, case, operation):
        """Puts known values where a case would otherwise only ever miss."""
        bodies = {
            "postAreaChange": self.area_change, "postDuty": self.duty, "postPlaceChange": self.place_change,
            "postJointWork": self.joint_work, "withdrawJointWork": self.withdrawn, "postChecklist": self.checklist,
            "tryLoad": self.policy, "decideProposal": self.proposal, "postComparison": self.comparison,
            "postStreetWalk": self.street_walk, "drawSpotCheck": self.spot_check, "postSpotCheckResult": self.result,
            "postCertificate": lambda: {"login": self.worker, "number": "WG-0117", "title": "网格员上岗证", "from": "2025-06-01"},
            "postUnit": lambda: {"station": self.station, "unit": "区消防救援大队", "manner": "resident", "from": self.day},
            "postClosingRule": lambda: {"graceDays": 5, "basis": "样例", "from": "2099-01"},
            "decideComparisonLine": lambda: {"position": 0, "decision": "missing"},
            "postAccount": self.account, "disableAccount": self.added, "enableAccount": self.added,
            "resetPassword": self.added, "giveRole": self.role, "endRole": self.held_role,
            "registerDevice": self.device, "issueToken": self.token,
            "postKeyPersonList": self.key_person_list, "postVaultEntry": self.vault_entry,
            "readVaultEntry": self.vault_reading, "decideQuarantine": self.quarantined,
            "endKeyPersonList": lambda: {"from": self.day, "reason": "样例"},
            "postListMember": lambda: {
                "person": self.random.choice(self.known["keyPersons"]), "from": self.day, "reason": "样例文书"},
            "postListSteward": lambda: {"login": OWNER, "from": self.day},
            "putBoundary": lambda: {"type": "Polygon", "coordinates": [SQUARE]},
        }
        of_area = {"listAreas", "listBoundaries", "surveyAreas", "listComparisons"}
        of_month = {
            "listDuties", "listCertificates", "listUnits", "readStaffing", "listJointWork", "readClears", "listStreetWalks",
        }
        of_kind = {"listProposals", "readBreakdown", "readEntries", "explainCoverage", "listSpotChecks"}
        if operation in bodies:
            case.body, case.media_type = bodies[operation](), "application/json"
        if operation in ("endKeyPersonList", "postListMember", "postListSteward", "listListMembers"):
            case.path_parameters, case.query = {"id": self.listed()}, {}
        elif operation == "readListCategories":
            case.path_parameters, case.query = {"id": "list-sample"}, {"area": self.known["countyArea"]}
        elif operation in ("listQuarantine",):
            case.query = {"area": self.known["countyArea"]}
        elif operation == "listKeyPersonLists":
            case.query = {}
        elif operation in ("decideComparisonLine", "listComparisonLines"):
            case.path_parameters = {"id": self.compared_id()}
            case.query = {}
        elif operation in ("listAccounts", "listDevices"):
            case.query = {"area": self.known["countyArea"]}
        elif operation in AUDIT or operation == "listTokens":
            case.query = {}
        elif operation == "endToken":
            case.path_parameters = {"id": self.issued()}
        elif operation in DEVICES and operation not in ("registerDevice", "issueToken"):
            case.path_parameters = {"id": self.registered()}
        elif operation in of_area:
            case.query = {"area": self.station}
        elif operation in of_month:
            case.query = {"area": self.station, "month": self.month}
        elif operation in of_kind:
            case.query = {"area": self.station, "kind": self.random.choice(["place", "place", "keyPerson"])}
            if operation == "listProposals":
                case.query = {"area": self.station}
            elif operation != "listSpotChecks":
                case.query["month"] = self.month
            if operation == "readBreakdown":
                case.query["by"] = self.random.choice(["category", "capacity", "policy", "gridKind"])
            if operation in ("listSpotChecks", "readEntries"):
                case.query["kind"] = "place"
        elif operation == "putBoundary":
            case.query, case.media_type = {"area": self.grid, "from": self.day}, "application/geo+json"
        elif operation in ("readLoad", "tryLoad"):
            case.query = {"area": self.station}
        elif operation == "readStory":
            case.query = {"kind": "place", "subject": self.random.choice(self.known["places"])}
        elif operation in ("listChecklists", "listClosingRules", "listMyRulings"):
            case.query = {}

    def asker(self, operation):
        if operation in ACCOUNTS | DEVICES:
            return self.known["security"]
        if operation in AUDIT:
            return self.known["auditor"]
        if operation in WORKERS:
            return self.worker
        if operation in OWNERS:
            return OWNER
        return self.deputy if operation in DEPUTYS else self.county
