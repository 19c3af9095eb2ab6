import Hummingbird
import Patrol
import Store
import Wire

extension Gateway {
    var rosterRoutes: [Route] {
        [
            Route(.get, "/v1/roster/places", .permission(.readPlaces), handle: Gateway.places),
            Route(.get, "/v1/roster/key-persons", .permission(.readKeyPersons), handle: Gateway.keyPersons),
        ]
    }

    @Sendable private func places(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let (grid, month, known) = try await rosterQuery(request, context, .readPlaces)
        let lines =
            if let knownAt = known.at {
                try await store.places(of: grid, in: month, knownAt: knownAt)
            } else {
                try await store.places(of: grid, in: month)
            }
        return try tagged(
            Roster(grid: grid.text, month: month.description, items: lines.map { RosterPlace($0) }), request)
    }

    @Sendable private func keyPersons(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let (grid, month, known) = try await rosterQuery(request, context, .readKeyPersons)
        let shown = try await keyPersonsShown(to: try context.requireActor(), in: grid)
        let lines =
            if let knownAt = known.at {
                try await store.keyPersons(of: grid, in: month, knownAt: knownAt)
            } else {
                try await store.keyPersons(of: grid, in: month)
            }
        return try tagged(
            Roster(
                grid: grid.text, month: month.description,
                items: lines.filter { shown.contains($0.entry.id) }.map { RosterKeyPerson($0) }),
            request)
    }

    private func rosterQuery(
        _ request: Request, _ context: PatrolContext, _ permission: Permission
    ) async throws -> (AreaID, Month, Knowledge) {
        let actor = try context.requireActor()
        var query = Query(request)
        let grid = query.area("grid")
        let month = query.month(current: store.zone.month(of: now()))
        let known = query.known(now())
        let purpose = permission == .readKeyPersons ? query.readingPurpose(.visit, of: permission) : nil
        try query.finish()
        guard let grid else { throw Refusal.notFound }
        _ = try await permittedPath(of: grid, permission, actor, in: month)
        if let purpose { try await traceReading(request, context, purpose: purpose, object: "\(grid.text) keyPersons") }
        try await openForReading(month)
        return (grid, month, known)
    }

    /// A strong tag over the answer's bytes; 304 when the handheld has them.
    private func tagged(_ body: some Encodable, _ request: Request) throws -> Response {
        let bytes = try canonicalBytes(body)
        let tag = "\"\(sha256Hex(bytes).prefix(32))\""
        var response = jsonResponse(bytes: bytes)
        response.headers[.eTag] = tag
        response.headers[.cacheControl] = "private, no-cache"
        if request.hasCurrent(tag) {
            return Response(status: .notModified, headers: [.eTag: tag, .cacheControl: "private, no-cache"])
        }
        return response
    }
}

extension RosterPlace {
    init(_ line: RosterLine<PlaceEntry>) {
        let wgs84 = line.entry.position?.wgs84
        self.init(
            id: line.entry.id, name: line.entry.name, category: line.entry.category, address: line.entry.address,
            latitude: wgs84?.latitude, longitude: wgs84?.longitude, radiusMetres: line.entry.radius,
            state: line.state.rawValue, duties: rosterDuties(line))
    }
}

extension RosterKeyPerson {
    init(_ line: RosterLine<KeyPersonEntry>) {
        self.init(
            id: line.entry.id, name: line.entry.name, address: line.entry.address, contactRule: line.entry.contactRule,
            safetyHint: line.entry.safetyHint, state: line.state.rawValue, duties: rosterDuties(line))
    }
}

/// Each duty by itself; nil where there is but the one that the line's state tells.
private func rosterDuties<Entry>(_ line: RosterLine<Entry>) -> [RosterDuty]? {
    guard line.duties.count > 1 else { return nil }
    return line.duties.map { duty in
        RosterDuty(
            policy: duty.policy, title: duty.title, firstDay: duty.period.first.description,
            lastDay: duty.period.last.description, ordinal: duty.ordinal, state: duty.state.rawValue)
    }
}
