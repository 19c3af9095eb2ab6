import Patrol
import Store

/// A subject as a list has it.
struct ListedEntry<Entry: RosterEntry>: Equatable, Sendable {
    let entry: Entry
    /// Whether the row says itself from which day it holds.
    let namesDay: Bool
}

/// Places of a file (场所底册): pure, from bytes to entries.
enum PlaceImport {
    static let columns = [
        ImportColumn("id", "编号", "场所编号", isRequired: true),
        ImportColumn("name", "名称", "场所名称", isRequired: true),
        ImportColumn("category", "类别", "场所类别", isRequired: true),
        ImportColumn("address", "地址", isRequired: true),
        ImportColumn("latitude", "纬度"),
        ImportColumn("longitude", "经度"),
        ImportColumn("system", "坐标系"),
        ImportColumn("radius", "半径", "半径（米）"),
        ImportColumn("grid", "网格", "网格编号", "所属网格", isRequired: true),
        ImportColumn("from", "起始日期", "生效日期"),
    ]

    static let defaultRadius = 50.0

    static func read(
        _ bytes: [UInt8], areas: AreaCodes, defaultFrom: Day
    ) throws(ImportRefusal) -> ImportResult<ListedEntry<PlaceEntry>> {
        var table = try ImportTable(bytes, columns: columns)
        var seen: [String: Int] = [:]
        var entries: [ListedEntry<PlaceEntry>] = []
        for row in table.rows {
            let id = table.code(row, "id")
            table.claim(row, "id", id, seen: &seen, known: [])
            let position = position(row, &table)
            let radius = table.number(
                row, "radius", in: 1...5_000, zh: "半径应在 1 到 5000 米之间。", en: "the radius is 1–5,000 metres.")
            let grid = row.cells["grid"].flatMap { _ in
                table.grid(row, "grid", code: table.code(row, "grid"), areas: areas)
            }
            let name = table.text(row, "name")
            let category = table.text(row, "category")
            let address = table.text(row, "address")
            let from = table.from(row, default: defaultFrom)
            guard let grid else { continue }
            let place = PlaceEntry(
                id: id, name: name, category: category, address: address, position: position,
                radius: radius ?? defaultRadius, grid: grid, from: from)
            entries.append(ListedEntry(entry: place, namesDay: row.cells["from"] != nil))
        }
        return try table.result(entries)
    }

    /// A position is whole or absent, and always says in which system it stands (decision 10).
    static func position(_ row: ImportRow, _ table: inout ImportTable) -> Position? {
        let latitude = table.number(
            row, "latitude", in: -90...90, zh: "纬度应在 −90 到 90 之间；是否与经度填反了？",
            en: "latitude lies between −90 and 90; is it swapped with longitude?")
        let longitude = table.number(
            row, "longitude", in: -180...180, zh: "经度应在 −180 到 180 之间。", en: "longitude lies between −180 and 180.")
        let system = table.choice(row, "system", allowed: CoordinateWords.allowed, CoordinateWords.system)
        let given = ["latitude", "longitude"].filter { row.cells[$0] != nil }
        if given.count == 1 {
            let absent = given == ["latitude"] ? "longitude" : "latitude"
            table.note(
                row, absent, "missing", zh: "经纬度要么都填，要么都不填。", en: "give both latitude and longitude, or neither.")
        }
        if !given.isEmpty, row.cells["system"] == nil {
            table.note(
                row, "system", "missing", zh: "有经纬度就要写明坐标系：\(CoordinateWords.allowed)。请向数据来源核实，不要猜。",
                en:
                    "a position needs its coordinate system: \(CoordinateWords.allowed). Ask where the data come from; do not guess."
            )
        }
        guard let latitude, let longitude, let system else { return nil }
        return Position(latitude: latitude, longitude: longitude, system: system)
    }
}

/// Key persons of a file (重点人员名册): no basis, no row; no category, ever.
enum KeyPersonImport {
    static let columns = [
        ImportColumn("id", "编号", "人员编号", isRequired: true),
        ImportColumn("name", "姓名", isRequired: true),
        ImportColumn("address", "地址", "住址", isRequired: true),
        ImportColumn("contact_rule", "走访要求", "联系要求", isRequired: true),
        ImportColumn("safety_hint", "安全提示"),
        ImportColumn("list_owner", "名册主管部门", "主管部门", isRequired: true),
        ImportColumn("legal_basis", "法律依据", "依据", isRequired: true),
        ImportColumn("grid", "网格", "网格编号", "所属网格", isRequired: true),
        ImportColumn("from", "起始日期", "生效日期"),
    ]

    private static let categoryTitles: Set<String> = [
        "category", "type", "kind", "类别", "人员类别", "人员类型", "类型", "重点人员类别", "标签",
    ]

    static func read(
        _ bytes: [UInt8], areas: AreaCodes, defaultFrom: Day
    ) throws(ImportRefusal) -> ImportResult<ListedEntry<KeyPersonEntry>> {
        var table = try ImportTable(bytes, columns: columns, forbidden: refuseCategory)
        var seen: [String: Int] = [:]
        var entries: [ListedEntry<KeyPersonEntry>] = []
        for row in table.rows {
            let id = table.code(row, "id")
            table.claim(row, "id", id, seen: &seen, known: [])
            // The ledger keeps ids for ever.
            if isIdentityNumber(id) {
                table.note(
                    row, "id", "identity-number", zh: "编号不能是身份证号，请另行编号。",
                    en: "an id must not be an identity number; give them one of your own.")
            }
            let grid = row.cells["grid"].flatMap { _ in
                table.grid(row, "grid", code: table.code(row, "grid"), areas: areas)
            }
            let hint = row.cells["safety_hint"].map { _ in table.text(row, "safety_hint") }
            let texts = ["name", "address", "contact_rule", "list_owner", "legal_basis"].map { table.text(row, $0) }
            let from = table.from(row, default: defaultFrom)
            guard let grid else { continue }
            let person = KeyPersonEntry(
                id: id, name: texts[0], address: texts[1], contactRule: texts[2], safetyHint: hint,
                listOwner: texts[3], legalBasis: texts[4], grid: grid, from: from)
            entries.append(ListedEntry(entry: person, namesDay: row.cells["from"] != nil))
        }
        return try table.result(entries)
    }

    private static func refuseCategory(_ title: String) -> Message? {
        guard categoryTitles.contains(title.lowercased()) else { return nil }
        return Message(
            zh: "人员类别由名册主管部门保管，本系统不接收。请删去这一列再导入。",
            en: "a person's category stays with the list's owner and is not taken here; remove the column.")
    }
}
