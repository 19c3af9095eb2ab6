import HTTPTypes
import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var keyPersonListRoutes: [Route] {
        [
            Route(.get, "/v1/key-person-lists", .permission(.changeKeyPersons), handle: Gateway.keyPersonLists),
            Route(.post, "/v1/key-person-lists", .permission(.changeKeyPersons), handle: Gateway.postKeyPersonList),
            Route(
                .post, "/v1/key-person-lists/{id}/end", .permission(.changeKeyPersons), handle: Gateway.endKeyPersonList
            ),
            Route(
                .get, "/v1/key-person-lists/{id}/members", .permission(.changeKeyPersons), handle: Gateway.listMembers),
            Route(
                .post, "/v1/key-person-lists/{id}/members", .permission(.changeKeyPersons),
                handle: Gateway.postListMember),
            Route(
                .post, "/v1/key-person-lists/{id}/stewards", .permission(.changeKeyPersons), handle: Gateway.postSteward
            ),
            Route(
                .get, "/v1/key-person-lists/{id}/categories", .permission(.readKeyPersonCounts),
                handle: Gateway.categories),
            Route(.post, "/v1/vault/entries", .permission(.readKeyPersonVault), handle: Gateway.postVaultEntry),
            Route(.post, "/v1/vault/readings", .permission(.readKeyPersonVault), handle: Gateway.readVault),
        ]
    }

    /// The caller's own lists; of others' they learn nothing.
    @Sendable private func keyPersonLists(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let day = query.day("day", today: today()) ?? today()
        try query.finish()
        let lists = try await store.lists(keptBy: actor.person, on: today())
        return try jsonResponse(Page(items: lists.map { KeyPersonListRow($0, on: day) }, next: nil))
    }

    @Sendable private func postKeyPersonList(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let list = try keyPersonList(from: try await body(KeyPersonListBody.self, of: request, context), id: newID())
        try await requireArea(list.area, .changeKeyPersons, actor, from: list.from)
        if list.minors { try await requireArea(list.area, .readMinors, actor, from: list.from) }
        try await store.record(list, by: actor.person, today: today(), at: now())
        let kept = KeptKeyPersonList(list: list, members: 0, endedBecause: nil)
        return try jsonResponse(KeyPersonListRow(kept, on: today()), status: .created)
    }

    @Sendable private func endKeyPersonList(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(ListEndBody.self, of: request, context)
        var reading = BodyReading()
        let from = reading.day(sent.from, "/from")
        let reason = reading.text(sent.reason, "/reason")
        try reading.finish()
        let list = try await ownList(context, .changeKeyPersons)
        guard let from else { throw Refusal.notFound }
        try await store.end(list.id, from: from, because: reason, by: actor.person, at: now())
        return Response(status: .noContent)
    }

    @Sendable private func listMembers(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let day = query.day("day", today: today()) ?? today()
        let purpose = query.readingPurpose(.listKeeping, of: .changeKeyPersons)
        try query.finish()
        let list = try await ownList(context, .changeKeyPersons)
        try await traceReading(request, context, purpose: purpose, object: "\(list.id) members")
        let rows = try await store.members(of: list.id, on: day).map { ListMemberRow($0) }
        return try jsonResponse(Page(items: rows, next: nil))
    }

    @Sendable private func postListMember(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(ListMemberBody.self, of: request, context)
        var reading = BodyReading()
        let person = reading.text(sent.person, "/person", limit: 64)
        let from = reading.day(sent.from, "/from")
        let reason = sent.reason.map { reading.text($0, "/reason") }
        try reading.finish()
        let list = try await ownList(context, .changeKeyPersons)
        guard let from, let grid = try await store.lastGrid(of: .keyPerson, person) else { throw Refusal.notFound }
        try await requireArea(grid, .changeKeyPersons, actor, from: today())
        // Ids stand in many figures: whom somebody may not see they enter by knowing them.
        if try await store.isListed(person, on: today()),
            try await !keyPersonsShown(to: actor, in: grid).contains(person)
        {
            guard let name = sent.name, try await store.keyPersonName(person) == name else { throw Refusal.notFound }
        }
        try await store.enter(person, in: list.id, from: from, reason: reason, by: actor.person, at: now())
        return Response(status: .noContent)
    }

    @Sendable private func postSteward(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(ListStewardBody.self, of: request, context)
        var reading = BodyReading()
        let login = reading.text(sent.login, "/login")
        let from = reading.day(sent.from, "/from")
        let end = sent.to.flatMap { reading.day($0, "/to") }
        try reading.finish()
        let list = try await ownList(context, .changeKeyPersons)
        guard let from, let person = try await store.person(login: login) else { throw Refusal.notFound }
        // Whoever leaves need not have the right any more.
        let mayAct =
            if let path = try await store.path(of: list.area, on: today()),
                let named = try await store.actor(person: person, on: today())
            { permits(named.assignments, .changeKeyPersons, in: path, on: today()) } else { false }
        guard mayAct || end != nil else { throw Refusal.notFound }
        try await store.appoint(person, for: list.id, from: from, to: end, by: actor.person, at: now())
        return Response(status: .noContent)
    }

    /// Exact for who acts for the list; for others small numbers are withheld, and the list is counted as a whole: from
    /// the counts of its parts those that are withheld would follow.
    @Sendable private func categories(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        try query.finish()
        let id = try context.parameters.require("id")
        guard let area, let list = try await store.keyPersonList(id) else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, .readKeyPersonCounts, actor, in: store.zone.month(of: now()))
        let isOwn = try await store.keeps(actor.person, list: id, on: today())
        guard isOwn || (permits(actor.assignments, .readReports, in: path, on: today()) && area == list.area),
            path.areas.contains(list.area)
        else { throw Refusal.notFound }
        try await traceReading(request, context, purpose: .listKeeping, object: "\(list.id) categories")
        let exact = try await store.categoryCounts(of: id, below: path, on: today())
        let shown = SuppressedCounts(exact)
        return try jsonResponse(
            CategoryCounts(
                list: id, area: area.text,
                items: isOwn
                    ? exact.sorted { $0.key < $1.key }.map { .init(category: $0.key, count: $0.value) }
                    : shown.counts.map { .init(category: $0.category, count: $0.count) },
                total: isOwn ? exact.values.reduce(0, +) : shown.total))
    }

    @Sendable private func postVaultEntry(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let entry = try vaultEntry(from: try await body(VaultBody.self, of: request, context))
        _ = try await ownList(entry.list, .readKeyPersonVault, actor)
        try await store.put(entry, by: actor.person, on: today(), at: now())
        return Response(status: .noContent)
    }

    @Sendable private func readVault(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(VaultReadingBody.self, of: request, context)
        var reading = BodyReading()
        let purpose = reading.readingPurpose(sent.purpose, "/purpose", of: .readKeyPersonVault)
        try reading.finish()
        // What an ended list was for is no purpose any more.
        guard try await ownList(sent.list, .readKeyPersonVault, actor).state(on: today()) != .ended else {
            throw Refusal.notFound
        }
        try await traceReading(
            request, context, purpose: purpose, object: "\(sent.person) \(sent.list)\(sent.full == true ? " full" : "")"
        )
        guard let entry = try await store.vaultEntry(of: sent.person, on: sent.list) else { throw Refusal.notFound }
        return try jsonResponse(VaultBody(entry, full: sent.full ?? false))
    }

    private func ownList(_ context: PatrolContext, _ permission: Permission) async throws -> KeyPersonList {
        try await ownList(
            try context.parameters.require("id"), permission, try context.requireActor())
    }

    /// A list that the caller acts for, in an area where they still may.
    /// - Throws: `Refusal.notFound` for others' lists and for none, alike.
    private func ownList(_ id: String, _ permission: Permission, _ actor: Actor) async throws -> KeyPersonList {
        guard let list = try await store.keyPersonList(id),
            try await store.keeps(actor.person, list: id, on: today())
        else { throw Refusal.notFound }
        try await requireArea(list.area, permission, actor, from: today())
        if list.minors { try await requireArea(list.area, .readMinors, actor, from: today()) }
        return list
    }
}

/// Which key persons of an area somebody may read.
struct ShownKeyPersons: Sendable {
    /// nil for everybody's lists.
    let onLists: Set<String>?
    let withheld: Set<String>

    func contains(_ person: String) -> Bool { onLists?.contains(person) ?? true && !withheld.contains(person) }
}

extension Gateway {
    /// Lists of different owners are one view only for who visits the people on them.
    func keyPersonsShown(to actor: Actor, in area: AreaID) async throws -> ShownKeyPersons {
        guard let path = try await store.path(of: area, on: today()) else { throw Refusal.notFound }
        func may(_ permission: Permission) -> Bool { permits(actor.assignments, permission, in: path, on: today()) }
        return ShownKeyPersons(
            onLists: may(.readEveryList)
                ? nil : try await store.keyPersons(onListsKeptBy: actor.person, on: today()),
            withheld: may(.readMinors) ? [] : try await store.minors(on: today()))
    }
}

extension Gateway {
    /// What of a list somebody may read: everything about places; of key persons those whom they may see, and that leaves
    /// a row.
    func readable<Item>(
        _ items: [Item], _ kind: SubjectKind, in area: AreaID, for purpose: ReadingPurpose = .visit,
        _ request: Request, _ context: PatrolContext, subject: (Item) -> String
    ) async throws -> [Item] {
        guard kind == .keyPerson else { return items }
        let shown = try await keyPersonsShown(to: try context.requireActor(), in: area)
        try await traceReading(
            request, context, purpose: purpose, object: keyPersonsObject(area, request.uri.path))
        return items.filter { shown.contains(subject($0)) }
    }
}

/// How the audit names the key persons of an area; the access log of each of them finds it by that.
func keyPersonsObject(_ area: AreaID, _ path: String) -> String {
    "\(area.text) keyPersons \(path.split(separator: "/").last ?? "")"
}

extension Query {
    /// For what somebody reads about key persons.
    /// - Parameter usual: where they do not say.
    mutating func readingPurpose(_ usual: ReadingPurpose, of permission: Permission) -> ReadingPurpose {
        guard text("purpose") != nil else { return usual }
        guard let purpose = choice("purpose", of: ReadingPurpose.self) else { return usual }
        if !purpose.fits(permission) {
            note("purpose", "unfit-purpose", zh: "此用途不能查阅这些内容", en: "these are not read for that purpose")
        }
        return purpose
    }
}

extension BodyReading {
    mutating func readingPurpose(_ raw: String, _ name: String, of permission: Permission) -> ReadingPurpose? {
        guard let purpose = choice(raw, name, of: ReadingPurpose.self) else { return nil }
        if !purpose.fits(permission) {
            note(name, "unfit-purpose", zh: "此用途不能查阅这些内容", en: "these are not read for that purpose")
        }
        return purpose
    }
}

/// - Parameter id: where the sender names none.
/// - Throws: `Defects`, all of them.
package func keyPersonList(from sent: KeyPersonListBody, id: String) throws -> KeyPersonList {
    var reading = BodyReading()
    let id = sent.id.map { reading.id($0, "/id") } ?? id
    let owner = reading.text(sent.owner, "/owner")
    let area = reading.area(sent.area, "/area")
    let basis = reading.text(sent.legalBasis, "/legalBasis")
    let purpose = reading.text(sent.purpose, "/purpose")
    let entrusted = sent.entrustedTo.map { reading.text($0, "/entrustedTo") }
    let (from, to) = (reading.day(sent.from, "/from"), reading.day(sent.to, "/to"))
    try reading.finish()
    guard let area, let from, let to else { throw Refusal.notFound }
    let list = KeyPersonList(
        id: id, owner: owner, area: area, legalBasis: basis, purpose: purpose, entrustedTo: entrusted,
        minors: sent.minors ?? false, from: from, to: to)
    guard list.lacks.isEmpty else { throw KeyPersonListRefusal.incomplete(list.lacks) }
    return list
}

/// - Throws: `Defects`, all of them.
package func vaultEntry(from sent: VaultBody) throws -> VaultEntry {
    var reading = BodyReading()
    let list = reading.id(sent.list, "/list")
    let person = reading.text(sent.person, "/person", limit: 64)
    let category = reading.text(sent.category, "/category", limit: 64)
    if let number = sent.identityNumber, !isIdentityNumber(number) {
        reading.note(
            "/identityNumber", "bad-identity-number", zh: "应为十八位公民身份号码，末位校验码须正确",
            en: "must be a resident's identity number of eighteen places with its check digit")
    }
    let text = sent.caseText.map { reading.text($0, "/caseText", limit: 4_000) }
    try reading.finish()
    return VaultEntry(
        list: list, keyPerson: person, category: category, identityNumber: sent.identityNumber, caseText: text)
}

extension KeyPersonListRow {
    package init(_ kept: KeptKeyPersonList, on day: Day) {
        let list = kept.list
        self.init(
            id: list.id, owner: list.owner, area: list.area.text, legalBasis: list.legalBasis, purpose: list.purpose,
            entrustedTo: list.entrustedTo, minors: list.minors, from: list.from.description,
            to: list.to?.description, state: list.state(on: day).rawValue, members: kept.members,
            endedBecause: kept.endedBecause)
    }
}

extension ListMemberRow {
    package init(_ membership: KeyPersonMembership) {
        self.init(
            person: membership.person, reason: membership.reason, from: membership.from.description,
            to: membership.to?.description)
    }
}

extension VaultBody {
    /// - Parameter full: shows the identity number unmasked.
    package init(_ entry: VaultEntry, full: Bool) {
        self.init(
            list: entry.list, person: entry.keyPerson, category: entry.category,
            identityNumber: full ? entry.identityNumber : entry.identityNumber.map(maskedIdentityNumber),
            caseText: entry.caseText)
    }
}
