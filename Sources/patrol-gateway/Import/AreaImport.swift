import Patrol
import Store

/// Areas of a file: pure, from bytes to entries that the store can take, parents first.
enum AreaImport {
    static let columns = [
        ImportColumn("code", "编号", "编码", "区划代码", isRequired: true),
        ImportColumn("scheme", "编码体系"),
        ImportColumn("level", "级别", "层级", isRequired: true),
        ImportColumn("name", "名称", isRequired: true),
        ImportColumn("parent", "上级", "上级编号"),
        ImportColumn("managed_by", "管理单位", "管理单位编号"),
        ImportColumn("grid_kind", "网格类型"),
        ImportColumn("from", "起始日期", "生效日期"),
    ]

    static let defaultScheme = "gb"

    /// - Parameters:
    ///   - known: areas that exist already, any of which may be a parent; rows with their codes keep their ids.
    ///   - firstNumber: of the first new id.
    static func read(
        _ bytes: [UInt8], known: [CodedArea], firstNumber: Int
    ) throws(ImportRefusal) -> ImportResult<AreaEntry> {
        var reading = AreaReading(table: try ImportTable(bytes, columns: columns), known: known)
        let entries = reading.entries(firstNumber: firstNumber)
        return try reading.table.result(entries)
    }
}

/// One row, its parents not yet looked up.
private struct AreaDraft {
    let row: ImportRow
    let code: String
    let scheme: String
    /// nil if it is not a level; the row is a defect then.
    let level: AreaLevel?
    let gridKind: GridKind?
    let name: String
    let from: Day
}

/// What a row names as its parent: a row of the file, or an area that exists.
private enum ParentRef {
    case draft(Int)
    case known(CodedArea)
}

private struct AreaReading {
    var table: ImportTable
    private let knownCodes: AreaCodes
    private var drafts: [AreaDraft] = []
    private var byCode: [String: [Int]] = [:]

    init(table: ImportTable, known: [CodedArea]) {
        self.table = table
        knownCodes = AreaCodes(known)
    }

    mutating func entries(firstNumber: Int) -> [AreaEntry] {
        readDrafts()
        noteDuplicates()
        noteOtherLevels()
        let law = drafts.indices.map { parent(of: $0, "parent") }
        let managers = drafts.indices.map { index in
            drafts[index].row.cells["managed_by"] == nil ? law[index] : parent(of: index, "managed_by")
        }
        for index in drafts.indices { checkRoot(index, law[index], managers[index]) }
        checkLevels(law, "parent")
        checkLevels(managers, "managed_by")
        noteCycles(law, "parent")
        noteCycles(managers, "managed_by")
        for index in drafts.indices { warnOfNesting(index, law[index]) }
        guard table.defects.isEmpty else { return [] }
        return numbered(law, managers, firstNumber)
    }

    private mutating func readDrafts() {
        for row in table.rows {
            let level = table.choice(row, "level", allowed: LevelWords.allowed, LevelWords.level)
            let kind = table.choice(row, "grid_kind", allowed: LevelWords.allowedKinds, LevelWords.gridKind)
            if row.cells["grid_kind"] != nil, let level, level != .grid {
                table.note(
                    row, "grid_kind", "not-a-grid", zh: "只有网格才有网格类型，请清空。", en: "only grids have a kind; leave it empty."
                )
            }
            let draft = AreaDraft(
                row: row, code: table.code(row, "code"), scheme: row.cells["scheme"] ?? AreaImport.defaultScheme,
                level: level, gridKind: level == .grid ? kind ?? .general : nil, name: table.text(row, "name"),
                from: table.from(row))
            if !draft.code.isEmpty { byCode[draft.code, default: []].append(drafts.count) }
            drafts.append(draft)
        }
    }

    private mutating func noteDuplicates() {
        var seen: [String: [String: Int]] = [:]
        for draft in drafts {
            table.claim(draft.row, "code", draft.code, seen: &seen[draft.scheme, default: [:]], known: [])
        }
    }

    /// The area that has the row's code already.
    private func existing(_ draft: AreaDraft) -> CodedArea? {
        guard case .success(let area) = knownCodes.area(code: draft.code, scheme: draft.scheme),
            area.scheme == draft.scheme
        else { return nil }
        return area
    }

    private mutating func noteOtherLevels() {
        for draft in drafts {
            guard let area = existing(draft), let level = draft.level, level != area.level else { continue }
            table.note(
                draft.row, "level", "other-level",
                zh: "\(draft.code) 在系统中是 \(area.level.rawValue)，级别不能改。请核对编号或级别。",
                en: "\(draft.code) is a \(area.level.rawValue) in the store, and a level does not change; check both.")
        }
    }

    /// The row's own scheme first, the file before the store, then any scheme in which the code means one area.
    private mutating func parent(of index: Int, _ column: String) -> ParentRef? {
        let draft = drafts[index]
        guard draft.row.cells[column] != nil else { return nil }
        let code = table.code(draft.row, column)
        let inFile = byCode[code] ?? []
        if let same = inFile.first(where: { drafts[$0].scheme == draft.scheme }) { return .draft(same) }
        let found = knownCodes.area(code: code, scheme: draft.scheme)
        if case .success(let area) = found, area.scheme == draft.scheme { return .known(area) }
        switch (inFile.count, found) {
        case (0, .success(let area)): return .known(area)
        case (1, .failure(.unknown)): return .draft(inFile[0])
        case (0, .failure(.unknown)):
            table.note(
                draft.row, column, "missing-parent", zh: "上级 \(code) 不在本文件，也不在系统中。请补上该行或改正编号。",
                en: "\(code) is neither in this file nor in the store; add its row or correct the code.")
        default:
            let message = AreaCodes.Failure.ambiguous.message(code: code)
            table.note(draft.row, column, "ambiguous-area", zh: message.zh, en: message.en)
        }
        return nil
    }

    /// Below the county nothing stands alone; an upper level may be the root of what is kept.
    private mutating func checkRoot(_ index: Int, _ law: ParentRef?, _ manager: ParentRef?) {
        let draft = drafts[index]
        let isNamed = draft.row.cells["parent"] != nil || draft.row.cells["managed_by"] != nil
        if law == nil, manager == nil, !isNamed, let level = draft.level, level > .county {
            table.note(
                draft.row, "parent", "missing-parent", zh: "县级以下的区域必须填写上级编号。",
                en: "an area below the county needs its parent's code.")
        }
    }

    private func level(of parent: ParentRef) -> AreaLevel? {
        switch parent {
        case .draft(let index): drafts[index].level
        case .known(let area): area.level
        }
    }

    private mutating func checkLevels(_ parents: [ParentRef?], _ column: String) {
        for (draft, parent) in zip(drafts, parents) {
            guard draft.row.cells[column] != nil, let parent, let own = draft.level, let upper = level(of: parent),
                !own.mayStand(below: upper)
            else { continue }
            table.note(
                draft.row, column, "level-order", zh: "上级的级别（\(upper.rawValue)）应高于本级（\(own.rawValue)）；可以越级，不能颠倒。",
                en:
                    "the parent's level (\(upper.rawValue)) must stand above \(own.rawValue); levels may be skipped, not turned round."
            )
        }
    }

    /// Each cycle once, at its first row.
    private mutating func noteCycles(_ parents: [ParentRef?], _ column: String) {
        var settled: Set<Int> = []
        for start in drafts.indices where !settled.contains(start) {
            var chain: [Int] = []
            var current: Int? = start
            while let index = current, !settled.contains(index), !chain.contains(index) {
                chain.append(index)
                if case .draft(let next)? = parents[index] { current = next } else { current = nil }
            }
            settled.formUnion(chain)
            guard let index = current, let begin = chain.firstIndex(of: index) else { continue }
            let codes = (chain[begin...] + [index]).map { drafts[$0].code }.joined(separator: " → ")
            if drafts[index].row.cells[column] != nil {
                table.note(
                    drafts[index].row, column, "cycle", zh: "上级关系成环：\(codes)。请改正其中一个。",
                    en: "the parents run in a circle: \(codes); correct one of them.")
            }
        }
    }

    /// Codes do not nest everywhere, so this is only worth a look (a quasi-town, a recoded street).
    private mutating func warnOfNesting(_ index: Int, _ law: ParentRef?) {
        let draft = drafts[index]
        let (scheme, code): (String, String)
        switch law {
        case .draft(let parent): (scheme, code) = (drafts[parent].scheme, drafts[parent].code)
        case .known(let area): (scheme, code) = (area.scheme, area.value)
        case nil: return
        }
        guard scheme == draft.scheme, !draft.code.isEmpty else { return }
        var stem = code[...]
        if code.count == draft.code.count { while stem.hasSuffix("0") { stem = stem.dropLast() } }
        guard !draft.code.hasPrefix(stem) else { return }
        table.warn(
            draft.row, "code", "code-not-nested", zh: "编号 \(draft.code) 不以上级编号 \(code) 开头，已按所填上级处理，请核对。",
            en: "\(draft.code) does not extend its parent's code \(code); taken as written, please check.")
    }

    /// Parents above children: a parent's level is always the higher one.
    private mutating func numbered(
        _ law: [ParentRef?], _ managers: [ParentRef?], _ firstNumber: Int
    ) -> [AreaEntry] {
        let order = drafts.indices.sorted { (drafts[$0].level?.depth ?? 0, $0) < (drafts[$1].level?.depth ?? 0, $1) }
        var ids: [Int: AreaID] = [:]
        var next = firstNumber
        for index in order {
            if let area = existing(drafts[index]) {
                ids[index] = area.id
            } else {
                ids[index] = AreaID(number: next)
                next += 1
            }
        }
        let id = { (parent: ParentRef?) -> AreaID? in
            switch parent {
            case .draft(let index): ids[index]
            case .known(let area): area.id
            case nil: nil
            }
        }
        return order.compactMap { index in
            let draft = drafts[index]
            guard let own = ids[index], let level = draft.level else {
                table.note(
                    draft.row, nil, "ids-exhausted", zh: "区域编号已用完，请联系开发方。",
                    en: "no area ids are left; ask the developers.")
                return nil
            }
            return AreaEntry(
                id: own, level: level, gridKind: draft.gridKind, name: draft.name,
                codes: [(scheme: draft.scheme, value: draft.code)], lawParent: id(law[index]),
                managedBy: id(managers[index]), from: draft.from)
        }
    }
}

extension AreaStep {
    /// What a list says against what stands.
    /// - Parameter day: from which a change of an area holds that is there already.
    static func difference(_ listed: [AreaEntry], standing: [AreaStanding], from day: Day) -> [AreaStep] {
        let held = Dictionary(standing.map { ($0.line.id, $0) }) { first, _ in first }
        return listed.flatMap { entry -> [AreaStep] in
            guard let old = held[entry.id] else { return [.add(entry)] }
            var steps: [AreaStep] = []
            if entry.name != old.line.name { steps.append(.rename(entry.id, to: entry.name, from: day)) }
            if let parent = entry.lawParent, parent != old.lawParent {
                steps.append(.lawParent(entry.id, parent, from: day))
            }
            if let manager = entry.managedBy, manager != old.managedBy {
                steps.append(.transfer(entry.id, toManager: manager, from: day))
            }
            return steps
        }
    }
}
