import Hummingbird
package import Patrol
import Store
package import Wire

extension Gateway {
    var policyRoutes: [Route] {
        [
            Route(.get, "/v1/policies", .permission(.readCoverage), handle: Gateway.policies),
            Route(.post, "/v1/policies", .permission(.recordPolicies), handle: Gateway.postPolicy),
            Route(.get, "/v1/rulings/rules", .permission(.readCoverage), handle: Gateway.rulingRules),
            Route(.post, "/v1/rulings/rules", .permission(.recordPolicies), handle: Gateway.postRulingRule),
        ]
    }

    /// On what paper each duty rests, and what counts for it.
    @Sendable private func policies(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let known = query.known(now())
        try query.finish()
        let seesLists = permits(try context.requireActor().assignments, .readKeyPersonObligations, on: today())
        let items = try await store.policies(knownAt: known.at).map { policy in
            var body = PolicyBody(policy)
            // The classes of key persons are the lists on which they stand.
            if policy.kind == .keyPerson, !seesLists { body.classes = [] }
            return body
        }
        return try jsonResponse(Page(items: items, next: nil))
    }

    @Sendable private func postPolicy(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(PolicyBody.self, of: request, context)
        var reading = BodyReading()
        let asked = reading.policy(sent)
        try reading.finish()
        guard let asked else { throw Refusal.notFound }
        let earlier = try await store.policies().filter { $0.id == asked.id && $0.kind == asked.kind }
        let policy = asked.selecting(
            .init(
                classes: asked.selection.classes,
                areas: try await ownAreas(
                    asked.selection.areas, besides: earlier.map(\.selection.areas), asked.kind, actor)))
        let recorded = try await store.record(policy, by: actor.person, today: today(), at: now())
        return try jsonResponse(PolicyBody(recorded), status: .created)
    }

    @Sendable private func rulingRules(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let known = query.known(now())
        try query.finish()
        return try jsonResponse(
            Page(items: try await store.rulingRules(known: known).map { RulingRuleBody($0) }, next: nil))
    }

    @Sendable private func postRulingRule(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(RulingRuleBody.self, of: request, context)
        var reading = BodyReading()
        let asked = reading.rule(sent)
        try reading.finish()
        guard let asked else { throw Refusal.notFound }
        let rule = asked.selecting(
            .init(
                classes: asked.selection.classes,
                areas: try await ownAreas(asked.selection.areas, besides: [], asked.kind, actor)))
        do {
            try await store.record(rule, by: actor.person, at: now())
        } catch StoreError.uniqueViolation {
            throw RulingRefusal.alreadyDecided
        }
        return try jsonResponse(RulingRuleBody(rule), status: .created)
    }

    /// The areas that a policy or rule is to hold for: those named, or all of the caller's where none is. Nobody decides
    /// for another county, nor for the kind of subject whose duties they may not read.
    /// - Parameter earlier: of each earlier version; those have to be the caller's, too.
    /// - Throws: `Refusal.notFound`.
    private func ownAreas(
        _ named: Set<AreaID>, besides earlier: [Set<AreaID>], _ kind: SubjectKind, _ actor: Actor
    ) async throws -> Set<AreaID> {
        let month = store.zone.month(of: now())
        for area in earlier.reduce(named, { $0.union($1) }) {
            _ = try await permittedPath(of: area, .recordPolicies, actor, in: month)
            _ = try await permittedPath(of: area, kind.obligationsPermission, actor, in: month)
        }
        if earlier.contains(where: \.isEmpty) { throw Refusal.notFound }
        guard named.isEmpty else { return named }
        let own = actor.assignments.filter { assignment in
            [.recordPolicies, kind.obligationsPermission].allSatisfy { permission in
                permits([assignment], permission, in: assignment.area, on: today())
            }
        }.compactMap { $0.area.areas.last }
        guard !own.isEmpty else { throw Refusal.notFound }
        return Set(own)
    }
}

extension BodyReading {
    /// nil only with a defect noted.
    mutating func policy(_ sent: PolicyBody) -> ObligationPolicy? {
        let kind = choice(sent.kind, "/kind", of: SubjectKind.self)
        let standard = ObligationPolicy.standard(kind ?? .place)
        let task = choice(sent.task, "/task", of: ObligationTask.self)
        let every = every(sent)
        let times = number(sent.times ?? 1, "/times", in: 1...31)
        let outcomes = sent.outcomes.map { Set($0) } ?? standard.discharge.outcomes
        for (index, name) in (sent.outcomes ?? []).enumerated()
        where kind.map({ Patrol.Outcome(kind: $0, name: name) == nil }) ?? false {
            note("/outcomes/\(index)", "unknown-value", zh: "没有这种结果", en: "there is no such outcome of this kind")
        }
        if sent.outcomes?.isEmpty == true || sent.capacities?.isEmpty == true {
            note(
                "/outcomes", "empty", zh: "至少要有一种结果和一种身份可以完成",
                en: "at least one outcome and one capacity must discharge")
        }
        if task == .patrol, case .span = every {
            note("/every", "unknown-value", zh: "时段请用 keyPeriod 任务", en: "a span is a keyPeriod's")
        }
        if sent.version != nil {
            note("/version", "unknown-member", zh: "版本号由网关给出，请删去", en: "given by the gateway; leave it out")
        }
        let discharge = ObligationPolicy.Discharge(
            outcomes: outcomes,
            capacities: sent.capacities.map { choices($0, "/capacities", of: Capacity.self) }
                ?? standard.discharge.capacities,
            together: choices(sent.together ?? [], "/together", of: Capacity.self),
            units: texts(sent.units ?? [], "/units"), demands: choices(sent.demands ?? [], "/demands", of: Proof.self),
            attemptsSuffice: sent.attemptsSuffice ?? true)
        let selection = ObligationPolicy.Selection(
            classes: texts(sent.classes ?? [], "/classes"), areas: areas(sent.areas ?? [], "/areas"))
        let from = day(sent.from, "/from")
        let to = dayAfter(from, sent.to, "/to")
        let (id, title, basis) = (id(sent.id, "/id"), text(sent.title, "/title"), text(sent.basis, "/basis"))
        let joined = number(sent.joinedDays ?? standard.joinedDays, "/joinedDays", in: 1...31)
        let grace = number(sent.photoGraceDays ?? standard.photoGraceDays, "/photoGraceDays", in: 0...366)
        guard let kind, let task, let every, let from else { return nil }
        return ObligationPolicy(
            id: id, version: 0, kind: kind, task: task, title: title, basis: basis,
            frequency: Frequency(every, times: times), selection: selection, discharge: discharge, joinedDays: joined,
            photoGraceDays: grace, from: from, to: to)
    }

    /// The first day on which something does not hold any more.
    private mutating func dayAfter(_ from: Day?, _ raw: String?, _ name: String) -> Day? {
        let to = day(raw, name)
        if let from, let to, to <= from { note(name, "out-of-range", zh: "应在 from 之后", en: "must be later than from") }
        return to
    }

    private mutating func every(_ sent: PolicyBody) -> Frequency.Every? {
        switch sent.every {
        case "month": return .month
        case "week": return .week
        case "span":
            guard let first = day(sent.spanFirst, "/spanFirst"), let last = day(sent.spanLast, "/spanLast"),
                (0...92).contains(first.distance(to: last))
            else {
                note(
                    "/spanLast", "out-of-range", zh: "时段要有起止日期，最多三个月",
                    en: "a span has a first and a last day, three months at most")
                return nil
            }
            return .span(first: first, last: last)
        default:
            note("/every", "unknown-value", zh: "取值应为：month, week, span", en: "must be one of month, week, span")
            return nil
        }
    }

    mutating func rule(_ sent: RulingRuleBody) -> RulingRule? {
        let kind = choice(sent.kind, "/kind", of: SubjectKind.self)
        let matter = choice(sent.matter, "/matter", of: RulingMatter.self)
        let selection = ObligationPolicy.Selection(
            classes: texts(sent.classes, "/classes"), areas: areas(sent.areas, "/areas"))
        let months = number(sent.monthsInRow, "/monthsInRow", in: 1...24)
        let days = number(sent.longestDays, "/longestDays", in: 0...366)
        let (id, basis) = (id(sent.id, "/id"), text(sent.basis, "/basis"))
        let from = day(sent.from, "/from")
        let to = dayAfter(from, sent.to, "/to")
        guard let kind, let matter, let from else { return nil }
        return RulingRule(
            id: id, kind: kind, matter: matter, selection: selection, monthsInRow: months, longestDays: days,
            basis: basis, from: from, to: to)
    }
}

/// A policy as a file has it; every defect at once.
package func policy(fromFile bytes: [UInt8]) throws -> ObligationPolicy {
    var reading = BodyReading()
    let policy = reading.policy(try decodeExactly(PolicyBody.self, from: bytes))
    try reading.finish()
    guard let policy else { throw Refusal.notFound }
    return policy
}

/// A rule as a file has it; every defect at once.
package func rulingRule(fromFile bytes: [UInt8]) throws -> RulingRule {
    var reading = BodyReading()
    let rule = reading.rule(try decodeExactly(RulingRuleBody.self, from: bytes))
    try reading.finish()
    guard let rule else { throw Refusal.notFound }
    return rule
}

extension PolicyBody {
    package init(_ policy: ObligationPolicy) {
        let (every, first, last): (String, Day?, Day?) =
            switch policy.frequency.every {
            case .month: ("month", nil, nil)
            case .week: ("week", nil, nil)
            case .span(let first, let last): ("span", first, last)
            }
        self.init(
            id: policy.id, kind: policy.kind.rawValue, task: policy.task.rawValue, title: policy.title,
            basis: policy.basis, every: every, from: policy.from.description)
        version = policy.version
        times = policy.frequency.times
        spanFirst = first?.description
        spanLast = last?.description
        classes = policy.selection.classes.sorted()
        areas = policy.selection.areas.map(\.text).sorted()
        outcomes = policy.discharge.outcomes.sorted()
        capacities = policy.discharge.capacities.map(\.rawValue).sorted()
        together = policy.discharge.together.map(\.rawValue).sorted()
        units = policy.discharge.units.sorted()
        demands = policy.discharge.demands.map(\.rawValue).sorted()
        attemptsSuffice = policy.discharge.attemptsSuffice
        joinedDays = policy.joinedDays
        photoGraceDays = policy.photoGraceDays
        to = policy.to?.description
    }
}

extension RulingRuleBody {
    package init(_ rule: RulingRule) {
        self.init(
            id: rule.id, kind: rule.kind.rawValue, matter: rule.matter.rawValue,
            classes: rule.selection.classes.sorted(), areas: rule.selection.areas.map(\.text).sorted(),
            monthsInRow: rule.monthsInRow, longestDays: rule.longestDays, basis: rule.basis,
            from: rule.from.description, to: rule.to?.description)
    }
}
