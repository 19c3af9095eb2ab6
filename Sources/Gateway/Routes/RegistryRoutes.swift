import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var registryRoutes: [Route] {
        [
            Route(.get, "/v1/duties", .permission(.readCoverage), handle: Gateway.duties),
            Route(.post, "/v1/duties", .permission(.assignDuties), handle: Gateway.postDuty),
            Route(.get, "/v1/certificates", .permission(.assignDuties), handle: Gateway.certificates),
            Route(.post, "/v1/certificates", .permission(.assignDuties), handle: Gateway.postCertificate),
            Route(.get, "/v1/units", .permission(.readCoverage), handle: Gateway.units),
            Route(.post, "/v1/units", .permission(.assignDuties), handle: Gateway.postUnit),
            Route(.get, "/v1/staffing", .permission(.readCoverage), handle: Gateway.staffing),
        ]
    }

    @Sendable private func duties(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let asked = try await areaMonth(request, context, .readCoverage)
        let lines = try await store.duties(
            below: asked.path, during: asked.month.first...asked.month.last, known: asked.known)
        return try jsonResponse(Page(items: lines.map { DutyRow($0) }, next: nil))
    }

    @Sendable private func postDuty(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(DutyBody.self, of: request, context)
        let term = try dutyTerm(from: sent)
        try await requireArea(term.grid, .assignDuties, actor, from: term.from)
        let person = try await person(login: sent.login)
        // A duty brings the right to the grid's key persons: nobody takes it for themselves.
        guard person != actor.person else { throw RegistryRefusal.ownDuty }
        try await store.assign(person, to: term.grid, as: term.capacity, from: term.from, until: term.to, at: now())
        return Response(status: .noContent)
    }

    @Sendable private func certificates(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let asked = try await areaMonth(request, context, .assignDuties)
        let people = Set(
            try await store.duties(
                below: asked.path, during: asked.month.first...asked.month.last, known: asked.known
            ).map(\.person))
        let logins = try await store.logins(of: people)
        let rows = try await store.certificates(known: asked.known).compactMap { certificate in
            logins[certificate.person].map { CertificateRow(certificate, login: $0) }
        }
        return try jsonResponse(Page(items: rows, next: nil))
    }

    @Sendable private func postCertificate(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(CertificateRow.self, of: request, context)
        let certificate = try readCertificate(from: sent, of: try await person(login: sent.login))
        // Only of those who work in the caller's own grids.
        let today = today()
        let duties = try await store.actor(person: certificate.person, on: today)?.duties ?? []
        var isOwn = false
        for duty in duties where duty.to.map({ today < $0 }) ?? true {
            guard let path = try await store.path(of: duty.grid, on: today) else { continue }
            isOwn = isOwn || permits(actor.assignments, .assignDuties, in: path, on: today)
        }
        guard isOwn else { throw Refusal.notFound }
        try await store.record([certificate], at: now())
        return Response(status: .noContent)
    }

    @Sendable private func units(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let asked = try await areaMonth(request, context, .readCoverage)
        let rows = try await store.postings(
            below: asked.path, during: asked.month.first...asked.month.last, known: asked.known)
        return try jsonResponse(Page(items: rows.map { PostingRow($0) }, next: nil))
    }

    @Sendable private func postUnit(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(PostingRow.self, of: request, context)
        let term = try postingTerm(from: sent)
        try await requireArea(term.station, .assignDuties, actor, from: term.from)
        try await store.post(
            term.unit, at: term.station, as: term.manner, from: term.from, until: term.to, at: now())
        return Response(status: .noContent)
    }

    @Sendable private func staffing(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let asked = try await areaMonth(request, context, .readCoverage)
        try await openForReading(asked.month)
        let lines = try await store.staffing(below: asked.path, in: asked.month, known: asked.known)
        return try jsonResponse(Page(items: lines.map { StaffingRow($0) }, next: nil))
    }

    /// An area's month as it was known at some moment, for who may ask about it.
    func areaMonth(_ request: Request, _ context: PatrolContext, _ permission: Permission) async throws -> (
        path: PathKey, month: Month, known: Knowledge
    ) {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let month = query.month(current: store.zone.month(of: now()))
        let known = query.known(now())
        try query.finish()
        guard let area else { throw Refusal.notFound }
        return (try await permittedPath(of: area, permission, actor, in: month), month, known)
    }

    private func person(login: String) async throws -> String {
        guard let person = try await store.credentials(login: login)?.person else { throw Refusal.notFound }
        return person
    }
}

/// - Returns: without a capacity where the duty ends.
/// - Throws: `Defects`, all of them.
package func dutyTerm(from sent: DutyBody) throws -> (grid: AreaID, capacity: Capacity?, from: Day, to: Day?) {
    var reading = BodyReading()
    let grid = reading.area(sent.grid, "/grid")
    let capacity = sent.capacity.flatMap { reading.choice($0, "/capacity", of: Capacity.self) }
    let (from, to) = (reading.day(sent.from, "/from"), reading.day(sent.to, "/to"))
    try reading.finish()
    guard let grid, let from else { throw Refusal.notFound }
    return (grid, capacity, from, to)
}

/// - Throws: `Defects`, all of them.
package func readCertificate(from sent: CertificateRow, of person: String) throws -> Certificate {
    var reading = BodyReading()
    let (from, to) = (reading.day(sent.from, "/from"), reading.day(sent.to, "/to"))
    let number = reading.text(sent.number, "/number", limit: 64)
    let title = reading.text(sent.title, "/title")
    try reading.finish()
    guard let from else { throw Refusal.notFound }
    return Certificate(person: person, number: number, title: title, from: from, to: to)
}

/// - Returns: without a manner where the unit leaves.
/// - Throws: `Defects`, all of them.
package func postingTerm(from sent: PostingRow) throws -> (
    station: AreaID, unit: String, manner: PostingManner?, from: Day, to: Day?
) {
    var reading = BodyReading()
    let station = reading.area(sent.station, "/station")
    let unit = reading.text(sent.unit, "/unit")
    let manner = sent.manner.flatMap { reading.choice($0, "/manner", of: PostingManner.self) }
    let (from, to) = (reading.day(sent.from, "/from"), reading.day(sent.to, "/to"))
    try reading.finish()
    guard let station, let from else { throw Refusal.notFound }
    return (station, unit, manner, from, to)
}

extension DutyRow {
    package init(_ line: DutyLine) {
        self.init(
            person: line.person, name: line.name, grid: line.grid.text, gridName: line.gridName,
            capacity: line.capacity.rawValue, from: line.from.description, to: line.to?.description)
    }
}

extension CertificateRow {
    package init(_ certificate: Certificate, login: String) {
        self.init(
            login: login, number: certificate.number, title: certificate.title, from: certificate.from.description,
            to: certificate.to?.description)
    }
}

extension PostingRow {
    package init(_ posting: UnitPosting) {
        self.init(
            station: posting.station.text, unit: posting.unit, manner: posting.manner.rawValue,
            from: posting.from.description, to: posting.to?.description)
    }
}

extension StaffingRow {
    package init(_ line: StaffingLine) {
        self.init(
            grid: line.grid.id.text, name: line.grid.name, days: line.staffing.days,
            vacantDays: line.staffing.vacantDays, uncertifiedDays: line.staffing.uncertifiedDays,
            visits: line.visits.map { CountRow(key: $0.capacity, count: $0.count) },
            uncertifiedVisits: line.uncertifiedVisits)
    }
}
