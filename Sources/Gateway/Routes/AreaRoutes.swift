import Boundaries
import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var areaRoutes: [Route] {
        [
            Route(.get, "/v1/areas", .permission(.readCoverage), handle: Gateway.areas),
            Route(.post, "/v1/areas/changes", .permission(.changeAreas), handle: Gateway.changeArea),
            Route(.get, "/v1/areas/boundaries", .permission(.readCoverage), handle: Gateway.boundaries),
            Route(.put, "/v1/areas/boundaries", .permission(.changeAreas), handle: Gateway.putBoundary),
            Route(.get, "/v1/areas/survey", .permission(.readCoverage), handle: Gateway.survey),
        ]
    }

    @Sendable private func areas(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let (area, day, known) = try await areaQuery(request, context)
        var rows: [AreaRow] = []
        for detail in try await store.areaDetails(of: area, on: day, known: known) {
            rows.append(AreaRow(detail, successions: try await store.successions(of: detail.line.id, known: known)))
        }
        return try jsonResponse(Page(items: rows, next: nil))
    }

    @Sendable private func changeArea(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(AreaChangeBody.self, of: request, context, maxBytes: 4 << 20)
        let change = try areaChange(sent)
        for area in change.areas { try await requireArea(area, .changeAreas, actor, from: change.from) }
        let changed = try await carryOut(change, in: store, by: actor.person, at: now())
        return try jsonResponse(AreaChanged(area: changed.text))
    }

    /// Outlines as one GeoJSON document, which maps open as it is.
    @Sendable private func boundaries(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let (area, day, known) = try await areaQuery(request, context)
        let text = try await featureCollection(of: area, in: store, on: day, known: known)
        return Response(
            status: .ok, headers: [.contentType: "application/geo+json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    @Sendable private func putBoundary(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let from = query.day("from", today: nil)
        let system = query.choice("system", of: CoordinateSystem.self) ?? .wgs84
        try query.finish()
        guard let type = request.headers.single(.contentType)?.lowercased(),
            ["application/geo+json", "application/json"].contains(where: type.hasPrefix)
        else { throw Refusal.unsupportedType(expected: "application/geo+json") }
        guard let area, let from else { throw Refusal.notFound }
        try await requireArea(area, .changeAreas, actor, from: from)
        let limits = BodyLimits(maxBytes: Boundary.maxBytes, minimumRate: settings.minimumBodyRate)
        let bytes = try await limits.collect(request)
        let boundary = try await heavyPool.run { try Boundary(geoJSON: bytes, system: system) }
        try await store.record(
            boundary: boundary.geoJSON, squareMetres: boundary.squareMetres, of: area, from: from, at: now())
        return try jsonResponse(
            BoundaryRow(area: area.text, squareMetres: boundary.squareMetres, from: from.description), status: .created)
    }

    @Sendable private func survey(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let (area, day, known) = try await areaQuery(request, context)
        let surveyed = try await surveyedAreas(of: area, in: store, on: day, known: known)
        return try jsonResponse(try await heavyPool.run { try surveyed.answer() })
    }

    /// An area that begins later can be made ready before: it is looked at on the day of what is done to it.
    /// - Throws: `Refusal.notFound`, as `permittedPath`.
    func requireArea(_ area: AreaID, _ permission: Permission, _ actor: Actor, from day: Day) async throws {
        let today = today()
        guard var path = try await store.path(of: area, on: today) else { throw Refusal.notFound }
        // Until it begins it stands by itself.
        if path.areas.count == 1, day > today { path = try await store.path(of: area, on: day) ?? path }
        guard permits(actor.assignments, permission, in: path, on: today) else { throw Refusal.notFound }
    }

    private func areaQuery(_ request: Request, _ context: PatrolContext) async throws -> (AreaID, Day, Knowledge) {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let day = query.day("day", today: today())
        let known = query.known(now())
        try query.finish()
        guard let area, let day else { throw Refusal.notFound }
        _ = try await permittedPath(of: area, .readCoverage, actor, in: Month(containing: day))
        return (area, day, known)
    }
}

/// A change of areas, read and complete.
package struct AreaChange {
    package enum Step {
        case add(level: AreaLevel, kind: GridKind?, name: String, code: AreaCode?, manager: AreaID)
        case rename(AreaID, String)
        case recode(AreaID, AreaCode, name: String?)
        case transfer(AreaID, manager: AreaID)
        case merge([AreaID], into: AreaID)
        case split(AreaID, [AreaID], placing: [String: AreaID], rest: AreaID?)
        case close(AreaID)
        case size(AreaID, AreaSize)
    }

    package let step: Step
    package let from: Day

    package init(_ step: Step, from: Day) {
        self.step = step
        self.from = from
    }

    /// The area that is meant; of a new one its manager.
    var changed: AreaID { areas[0] }

    /// Everything that it touches, what changes first: each has to be the caller's.
    var areas: [AreaID] {
        switch step {
        case .add(_, _, _, _, let manager): [manager]
        case .rename(let area, _), .recode(let area, _, _), .close(let area), .size(let area, _): [area]
        case .transfer(let area, let manager): [area, manager]
        case .merge(let others, let area): [area] + others
        case .split(let area, let parts, _, let rest): [area] + parts + (rest.map { [$0] } ?? [])
        }
    }
}

/// Carries a change out.
/// - Returns: the area that changed, a new one where one was added.
package func carryOut(_ change: AreaChange, in store: PatrolStore, by person: String, at now: Instant) async throws
    -> AreaID
{
    let day = change.from
    switch change.step {
    case .add(let level, let kind, let name, let code, let manager):
        return try await store.add(at: now) { id in
            AreaEntry(
                id: id, level: level, gridKind: level == .grid ? kind ?? .general : nil, name: name,
                codes: code.map { [(scheme: $0.scheme, value: $0.value)] } ?? [], lawParent: manager,
                managedBy: manager, from: day)
        }
    case .rename(let area, let name): try await store.rename(area, to: name, from: day, at: now)
    case .recode(let area, let code, let name):
        try await store.recode(area, scheme: code.scheme, to: code.value, name: name, from: day, at: now)
    case .transfer(let area, let manager):
        try await store.transfer(area, toManager: manager, from: day, by: person, at: now)
    case .merge(let others, let area): try await store.merge(others, into: area, from: day, by: person, at: now)
    case .split(let area, let parts, let placing, let rest):
        try await store.split(area, into: parts, placing: placing, rest: rest, from: day, by: person, at: now)
    case .close(let area): try await store.close(area, from: day, by: person, at: now)
    case .size(let area, let size): try await store.record(size, of: area, from: day, at: now)
    }
    return change.changed
}

/// - Throws: `Defects`, all of them.
package func areaChange(_ sent: AreaChangeBody) throws -> AreaChange {
    var reading = BodyReading()
    let from = reading.day(sent.from, "/from")
    func area(_ text: String?, _ name: String) -> AreaID? {
        if text == nil { reading.note(name, "missing", zh: "请填写", en: "is required for this change") }
        return text.flatMap { reading.area($0, name) }
    }
    func text(_ text: String?, _ name: String) -> String {
        if text == nil { reading.note(name, "missing", zh: "请填写", en: "is required for this change") }
        return text.map { reading.text($0, name) } ?? ""
    }
    func code() -> AreaCode {
        AreaCode(scheme: text(sent.scheme, "/scheme"), value: text(sent.code, "/code"))
    }
    var step: AreaChange.Step?
    switch sent.change {
    case "add":
        let level = sent.level.flatMap { reading.choice($0, "/level", of: AreaLevel.self) }
        if sent.level == nil { reading.note("/level", "missing", zh: "请填写", en: "is required for this change") }
        let kind = sent.gridKind.flatMap { reading.choice($0, "/gridKind", of: GridKind.self) }
        let name = text(sent.name, "/name")
        if let level, let manager = area(sent.manager, "/manager") {
            step = .add(level: level, kind: kind, name: name, code: sent.code == nil ? nil : code(), manager: manager)
        }
    case "rename": step = area(sent.area, "/area").map { .rename($0, text(sent.name, "/name")) }
    case "recode":
        step = area(sent.area, "/area").map {
            .recode($0, code(), name: sent.name.map { reading.text($0, "/name") })
        }
    case "transfer":
        if let own = area(sent.area, "/area"), let manager = area(sent.manager, "/manager") {
            step = .transfer(own, manager: manager)
        }
    case "merge":
        let others = reading.areas(sent.others ?? [], "/others").sorted()
        step = area(sent.area, "/area").map { .merge(others, into: $0) }
    case "split":
        let parts = reading.areas(sent.parts ?? [], "/parts").sorted()
        let rest = sent.rest.flatMap { reading.area($0, "/rest") }
        var placing: [String: AreaID] = [:]
        for (index, place) in (sent.placing ?? []).enumerated() {
            if placing[place.subject] != nil {
                reading.note(
                    "/placing/\(index)/subject", "repeated", zh: "同一对象写了两次", en: "the same subject is placed twice")
            }
            placing[place.subject] = reading.area(place.grid, "/placing/\(index)/grid")
        }
        step = area(sent.area, "/area").map { .split($0, parts, placing: placing, rest: rest) }
    case "close": step = area(sent.area, "/area").map { .close($0) }
    case "size":
        if sent.households == nil {
            reading.note("/households", "missing", zh: "请填写", en: "is required for this change")
        }
        let size = AreaSize(
            households: reading.number(sent.households ?? 0, "/households", in: 0...1_000_000),
            people: sent.people.map { reading.number($0, "/people", in: 0...10_000_000) })
        step = area(sent.area, "/area").map { .size($0, size) }
    default:
        let words = "add, rename, recode, transfer, merge, split, close, size"
        reading.note("/change", "unknown-value", zh: "取值应为：\(words)", en: "must be one of \(words)")
    }
    try reading.finish()
    guard let step, let from else { throw Refusal.notFound }
    return AreaChange(step, from: from)
}

/// Outlines of an area and those below it as a GeoJSON FeatureCollection.
package func featureCollection(of area: AreaID, in store: PatrolStore, on day: Day, known: Knowledge) async throws
    -> String
{
    let lines = try await store.boundaries(of: area, on: day, known: known)
    let names = try await store.areaLines(lines.map(\.area), on: day, known: known)
    let features = try lines.map { line in
        let properties = try canonicalBytes(
            BoundaryProperties(
                name: names[line.area]?.name ?? line.area.text, squareMetres: line.squareMetres,
                from: line.from.description))
        return
            "{\"type\":\"Feature\",\"id\":\"\(line.area)\",\"properties\":\(String(decoding: properties, as: UTF8.self)),"
            + "\"geometry\":\(line.geoJSON)}"
    }
    return "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
}

private struct BoundaryProperties: Encodable {
    let name: String
    let squareMetres: Double
    let from: String
}

/// The areas below one with their outlines, before they are held against each other.
package struct SurveyedAreas: Sendable {
    let area: AreaID
    let details: [AreaDetail]
    let outlines: [AreaID: [UInt8]]

    /// Overlaps, gaps and unusual sizes; a county's outlines take seconds of computing.
    package func answer() throws -> SurveyAnswer {
        let boundaries = try outlines.mapValues { try Boundary(geoJSON: $0, system: .wgs84) }
        let children = details.compactMap { detail in
            boundaries[detail.line.id].map { (id: detail.line.id, boundary: $0) }
        }
        let found = try survey(of: children, within: boundaries[area])
        func patch(_ areas: [AreaID], _ patch: BoundarySurvey.Patch) -> SurveyPatch {
            SurveyPatch(
                areas: areas.map(\.text), squareMetres: patch.squareMetres, latitude: patch.inside.latitude,
                longitude: patch.inside.longitude)
        }
        return SurveyAnswer(
            area: area.text, withoutBoundary: details.filter { outlines[$0.line.id] == nil }.map(\.line.id.text),
            overlaps: found.overlaps.map { patch([$0.first, $0.second], $0.patch) },
            gaps: found.gaps.map { patch([], $0) }, outside: found.outside.map { patch([$0.area], $0.patch) },
            sizes: details.compactMap { detail in
                guard let warning = detail.warning, let size = detail.size else { return nil }
                return SizeRow(
                    area: detail.line.id.text, name: detail.line.name, households: size.households,
                    people: size.people, warning: warning.rawValue)
            })
    }
}

package func surveyedAreas(of area: AreaID, in store: PatrolStore, on day: Day, known: Knowledge) async throws
    -> SurveyedAreas
{
    let details = try await store.areaDetails(of: area, on: day, known: known)
    var outlines: [AreaID: [UInt8]] = [:]
    for line in try await store.boundaries(of: area, on: day, known: known) {
        outlines[line.area] = Array(line.geoJSON.utf8)
    }
    return SurveyedAreas(area: area, details: Array(details.dropFirst()), outlines: outlines)
}

extension AreaRow {
    package init(_ detail: AreaDetail, successions: [AreaSuccession]) {
        self.init(
            id: detail.line.id.text, level: detail.line.level.rawValue, name: detail.line.name,
            gridKind: detail.gridKind?.rawValue,
            codes: detail.codes.map { AreaCode(scheme: $0.scheme, value: $0.value) },
            managedBy: detail.managedBy?.text, households: detail.size?.households, people: detail.size?.people,
            sizeWarning: detail.warning?.rawValue, squareMetres: detail.squareMetres,
            successions: successions.map {
                AreaSuccessionRow(
                    from: $0.from.text, to: $0.to.text, day: $0.day.description, kind: $0.kind.rawValue)
            })
    }
}
