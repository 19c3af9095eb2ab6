import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Intake
import Patrol
import Store
import Wire

extension Gateway {
    var reportRoutes: [Route] {
        [
            Route(.put, "/v1/reports/{id}", .handover, handle: Gateway.putReport),
            Route(.get, "/v1/reports/{id}", .loggedIn, handle: Gateway.getReport),
            Route(.get, "/v1/reports", .loggedIn, handle: Gateway.listReports),
        ]
    }

    /// 201 first, 200 and the same receipt on replay, 409 for other content, 404 for somebody else's id.
    @Sendable private func putReport(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try requireJSON(request)
        let limits = BodyLimits(maxBytes: settings.maxReportBytes, minimumRate: settings.minimumBodyRate)
        let body = try await limits.collect(request)
        let digest = Array(SHA256.hash(data: body))
        let sha256 = hexadecimal(digest)
        try checkContentDigest(request, sha256: digest)
        let (record, unknown) = try patrolRecord(id: try context.parameters.require("id"), fromBody: body)
        let from = try await handover(request, context) {
            RecordSignature.text(record: record.id, person: $0, sha256: sha256)
        }
        let zone = store.zone
        let submission = try Submission(
            record: record, body: String(decoding: body, as: UTF8.self), sha256: sha256, receivedAt: now(),
            sending: request.deviceClock(since: record.device.bootID), unknownMembers: unknown, salt: Secrets.salt(),
            device: from.device, signature: from.signature
        ) { time in
            let day = zone.day(of: time.instant)
            try from.allow(madeAt: time.instant, on: day, today: today())
            return Submission.Sender(from.actor, on: day)
        }
        let result = try await store.submit(submission)
        return try answer(result, sha256: sha256)
    }

    private func answer(_ result: SubmissionResult, sha256: String) throws -> Response {
        switch result {
        case .stored(let receipt): return jsonResponse(bytes: Receipt(receipt).bytes, status: .created)
        case .replayed(let receipt):
            var response = jsonResponse(bytes: Receipt(receipt).bytes)
            response.headers[.idempotentReplayed] = "?1"
            return response
        case .conflict(let stored): throw Refusal.reportConflict(stored: stored, sent: sha256)
        case .notYours: throw Refusal.notFound
        }
    }

    @Sendable private func getReport(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        guard let id = canonicalUUID(try context.parameters.require("id")), let stored = try await store.record(id),
            try await mayRead(stored, actor)
        else { throw Refusal.notFound }
        if stored.person != actor.person, stored.kind == .keyPerson || !stored.receipt.suspected.isEmpty {
            try await traceReading(request, context, purpose: .ruling)
        }
        let withheld = try await isWithheld(stored, from: actor) ? Set(stored.receipt.suspected.map(\.pointer)) : []
        let body = try shownBody(
            stored.body, withholding: withheld, showsPosition: try await showsPosition(of: stored, to: actor))
        return jsonResponse(bytes: try bytes(of: stored, body: body))
    }

    /// Where a key person was visited is for the sender and for who rules on the visit.
    private func showsPosition(of stored: StoredRecord, to actor: Actor) async throws -> Bool {
        if stored.kind != .keyPerson || stored.person == actor.person { return true }
        guard let grid = stored.grid, let path = try await store.path(of: grid, on: today()) else { return false }
        return KeyPersonField.shown(to: actor.assignments, in: path, on: today()).contains(.position)
    }

    /// A `StoredReport` around the record's own bytes, which may hold members that `PatrolReport` does not know.
    /// - Parameter body: as this reader may see it.
    private func bytes(of stored: StoredRecord, body: String) throws -> [UInt8] {
        let person = try canonicalBytes(stored.person)
        let receipt = try canonicalBytes(Receipt(stored.receipt))
        return Array("{\"person\":".utf8) + person + Array(",\"receipt\":".utf8) + receipt
            + Array(",\"report\":".utf8) + Array(body.utf8) + Array("}".utf8)
    }

    /// One's own, or one from an area whose records one reads; those of key persons need that right besides.
    private func mayRead(_ stored: StoredRecord, _ actor: Actor) async throws -> Bool {
        if stored.person == actor.person { return true }
        guard let grid = stored.grid, let path = try await store.path(of: grid, on: today()) else { return false }
        if !stored.receipt.suspected.isEmpty, permits(actor.assignments, .handleQuarantine, in: path, on: today()) {
            return true
        }
        return permits(actor.assignments, .readReports, in: path, on: today())
            && (stored.kind != .keyPerson || permits(actor.assignments, .readKeyPersons, in: path, on: today()))
    }

    /// Without `area`: what the caller sent. With it: what arrived from that area.
    @Sendable private func listReports(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let month = query.month(current: store.zone.month(of: now()))
        let area = query.optionalArea("area")
        let cursor = query.recordCursor()
        try query.finish()
        var scope = RecordScope.sentBy(person: actor.person)
        if let area {
            let path = try await permittedPath(of: area, .readReports, actor, in: month)
            let withKeyPersons = (try? await permittedPath(of: area, .readKeyPersons, actor, in: month)) != nil
            scope = .inArea(path, withKeyPersons: withKeyPersons)
        }
        let lines = try await store.records(scope, month: month, after: cursor, limit: pageSize + 1)
        return try jsonResponse(
            Page(
                items: lines.prefix(pageSize).map { ReportLine($0) },
                next: lines.count > pageSize
                    ? cursorText([String(lines[pageSize - 1].receivedAt.milliseconds), lines[pageSize - 1].id]) : nil))
    }

    func requireJSON(_ request: Request) throws {
        guard let type = request.headers.single(.contentType) else { return }
        guard type.lowercased().hasPrefix("application/json") else {
            throw Refusal.unsupportedType(expected: "application/json")
        }
    }
}

/// Rows of one page.
let pageSize = 200

extension Receipt {
    init(_ stored: StoredReceipt) {
        let lacksPhotos =
            !stored.missingPhotos.isEmpty || stored.unusablePhotos.contains { $0.state == .quarantined }
        let standing = stored.judgement.map { stored.isOnRoster ? $0.standing.name : "notOnRoster" }
        self.init(
            id: stored.id, receivedAt: stored.receivedAt.rfc3339, sha256: stored.sha256,
            state: lacksPhotos ? "received" : "complete", month: stored.month.description,
            grade: stored.judgement?.evidence.grade.rawValue,
            reasons: (stored.judgement?.evidence.reasons ?? []).map {
                Reason(code: $0.rawValue, zh: $0.zh, en: $0.en)
            },
            standing: standing, missingPhotos: stored.missingPhotos,
            unusablePhotos: stored.unusablePhotos.map {
                UnusablePhoto(sha256: $0.sha256, state: $0.state.rawValue, code: $0.problem)
            },
            warnings: stored.unknownMembers.map { Warning(code: "unknown-member", pointer: $0) }
                + stored.suspected.map { Warning(code: "looks-classified", pointer: $0.pointer) })
    }
}

extension ReportLine {
    init(_ line: RecordLine) {
        self.init(
            id: line.id, receivedAt: line.receivedAt.rfc3339, capturedAt: line.capturedAt.rfc3339,
            month: line.month.description, state: line.missingPhotos == 0 ? "complete" : "received",
            subjectKind: line.kind?.rawValue, subject: line.subject, subjectName: line.subjectName,
            outcome: line.outcome, grade: line.judgement?.evidence.grade.rawValue,
            reasons: (line.judgement?.evidence.reasons ?? []).map(\.rawValue),
            standing: line.judgement.map { line.isOnRoster ? $0.standing.name : "notOnRoster" },
            missingPhotos: line.missingPhotos)
    }
}
