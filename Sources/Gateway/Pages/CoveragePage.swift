import Foundation
import Hummingbird
import Patrol
import Store

extension Gateway {
    /// Coverage of one area and month with its children: the executive deputy's daily page.
    @Sendable func coveragePage(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let language = pageLanguage(request, context)
        let asked = try pageQuery(request)
        let coverage = try await coverage(of: asked.area, in: asked.month, for: actor)
        let model = CoverageModel(
            coverage: coverage, month: asked.month, current: store.zone.month(of: now()), language: language,
            listable: try await listableKinds(in: coverage.area.id, actor))
        return keepingLanguage(
            try page(
                "coverage", model.values,
                in: PageFrame(
                    title: "\(coverage.area.name) \(asked.month)", language: language, person: actor.name,
                    here: coverageLink(coverage.area.id, asked.month))), request)
    }

    /// What is still due in one area and month.
    @Sendable func duePage(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let language = pageLanguage(request, context)
        let asked = try pageQuery(request)
        guard let area = asked.area else { throw Refusal.notFound }
        let page = try await obligations(
            asked.kind, in: area, month: asked.month, state: .due, after: asked.cursor, request, context)
        let name = try await store.areaLines([area], on: asked.month.last)[area]?.name ?? area.text
        let model = DueModel(
            area: area, areaName: name, kind: asked.kind, month: asked.month, items: page.items, next: page.next,
            language: language)
        return keepingLanguage(
            try self.page(
                "due", model.values,
                in: PageFrame(
                    title: model.title, language: language, person: actor.name,
                    here: dueLink(area, asked.month, asked.kind, cursor: nil))), request)
    }

    /// The kinds whose single duties the reader may list here; the others are shown as figures alone.
    private func listableKinds(in area: AreaID, _ actor: Actor) async throws -> Set<SubjectKind> {
        guard let path = try await store.path(of: area, on: today()) else { return [] }
        return Set(
            SubjectKind.allCases.filter { kind in
                permits(actor.assignments, kind.obligationsPermission, in: path, on: today())
            })
    }

    private func pageQuery(
        _ request: Request
    ) throws -> (area: AreaID?, month: Month, kind: SubjectKind, cursor: ObligationCursor?) {
        var query = Query(request)
        let area = query.optionalArea("area")
        let month = query.month(current: store.zone.month(of: now()))
        let kind = query.choice("kind", of: SubjectKind.self) ?? .place
        let cursor = query.obligationCursor()
        _ = query.text("lang")
        try query.finish()
        return (area, month, kind, cursor)
    }
}

func coverageLink(_ area: AreaID, _ month: Month) -> PageLink {
    PageLink("/coverage", [("area", area.text), ("month", month.description)])
}

func dueLink(_ area: AreaID, _ month: Month, _ kind: SubjectKind, cursor: ObligationCursor?) -> PageLink {
    PageLink(
        "/due",
        [
            ("area", area.text), ("month", month.description), ("kind", kind.rawValue),
            ("cursor", cursor.map { cursorText($0) }),
        ])
}

/// What the coverage template shows.
struct CoverageModel {
    let coverage: AreaCoverage
    let month: Month
    let current: Month
    let language: Language
    let listable: Set<SubjectKind>

    var values: [String: Any] {
        let pick = language.pick
        var values: [String: Any] = [
            "above": coverage.above.map { ["name": $0.name, "link": coverageLink($0.id, month).text] },
            "areaName": coverage.area.name, "levelLabel": coverage.area.level.label(language),
            "month": month.description, "previousLink": coverageLink(coverage.area.id, month.previous).text,
            "previousLabel": pick("上月", "previous month"), "nextLabel": pick("下月", "next month"),
            "totals": [
                total(.place, coverage.totals.places), total(.keyPerson, coverage.totals.keyPersons),
            ], "hasChildren": !coverage.children.isEmpty, "childrenLabel": pick("下级区域", "Areas below"),
            "areaLabel": pick("区域", "Area"), "placesLabel": SubjectKind.place.label(language),
            "keyPersonsLabel": SubjectKind.keyPerson.label(language), "children": coverage.children.map(child),
        ]
        if month < current { values["nextLink"] = coverageLink(coverage.area.id, month.next).text }
        values["heads"] = SubjectKind.allCases.map { kind in
            [
                "doneLabel": kind.doneLabel(language), "dueLabel": kind.dueLabel(language),
                "shortRateLabel": kind == .place ? pick("已巡÷应巡", "done ÷ due") : pick("已访÷应访", "done ÷ due"),
                "shortRateWithExcusedLabel": pick("含暂免", "with excused"),
            ]
        }
        return values
    }

    private func total(_ kind: SubjectKind, _ count: CoverageCount) -> [String: Any] {
        let pick = language.pick
        let done = kind.doneLabel(language)
        let due = kind.dueLabel(language)
        let open = count.due - count.done - count.excused - count.awaiting
        var values: [String: Any] = [
            "label": kind.label(language), "rateLabel": "\(done) ÷ \(due)", "rate": percent(count.rate),
            "rateWithExcusedLabel": pick("(\(done)+暂免) ÷ \(due)", "(done + excused) ÷ due"),
            "rateWithExcused": percent(count.rateWithExcused), "dueLabel": due, "due": count.due, "doneLabel": done,
            "done": count.done, "provisionalLabel": pick("其中待补照片", "of these, photos missing"),
            "provisional": count.provisional, "excusedLabel": pick("本月暂免", "Excused"), "excused": count.excused,
            "awaitingLabel": pick("待认定", "Awaiting ruling"), "awaiting": count.awaiting,
            "openLabel": month < current ? kind.missedLabel(language) : kind.openLabel(language), "open": open,
        ]
        if open > 0, listable.contains(kind) {
            values["openLink"] = dueLink(coverage.area.id, month, kind, cursor: nil).text
        }
        return values
    }

    private func child(_ child: (area: AreaLine, counts: KindCounts)) -> [String: Any] {
        let link = coverageLink(child.area.id, month).text
        let figures = [figure(child.counts.places), figure(child.counts.keyPersons)]
        return ["name": child.area.name, "link": link, "figures": figures]
    }

    private func figure(_ count: CoverageCount) -> [String: Any] {
        var tone = ""
        if let rate = count.rate { tone = count.done == count.due ? "full" : rate < 0.5 ? "low" : "" }
        return [
            "done": count.done, "due": count.due, "rate": percent(count.rate),
            "rateWithExcused": percent(count.rateWithExcused), "tone": tone,
        ]
    }
}

/// Cut, not rounded: 100 % is said only of a full count.
func percent(_ rate: Double?) -> String {
    guard let rate else { return "—" }
    let tenths = Int((rate * 1_000 + 1e-9).rounded(.down))
    return "\(tenths / 10).\(tenths % 10)%"
}

/// What the list of what is due shows.
struct DueModel {
    let area: AreaID
    let areaName: String
    let kind: SubjectKind
    let month: Month
    let items: [ObligationEntry]
    let next: ObligationCursor?
    let language: Language

    var title: String { "\(areaName) · \(kind.openLabel(language))" }

    var values: [String: Any] {
        let pick = language.pick
        var values: [String: Any] = [
            "title": title, "month": month.description, "backLink": coverageLink(area, month).text,
            "backLabel": pick("返回覆盖情况", "Back to coverage"),
            "lead": pick("本月尚未完成的对象，按网格排列。", "Not yet done this month, by grid."),
            "hasItems": !items.isEmpty, "emptyLabel": pick("没有未完成的对象。", "Nothing is left."),
            "nameLabel": pick("名称", "Name"), "addressLabel": pick("地址", "Address"), "gridLabel": pick("网格", "Grid"),
            "nextLabel": pick("下一页", "Next page"),
            "items": items.map { ["name": $0.name, "id": $0.subject, "address": $0.address, "grid": $0.gridName] },
        ]
        if let next { values["nextLink"] = dueLink(area, month, kind, cursor: next).text }
        return values
    }
}
