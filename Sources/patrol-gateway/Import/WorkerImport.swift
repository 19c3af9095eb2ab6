import Patrol
import Store

/// People of a file with role and grids: pure, from bytes to drafts without passwords.
enum WorkerImport {
    static let columns = [
        ImportColumn("login", "登录名", "账号", isRequired: true),
        ImportColumn("name", "姓名", isRequired: true),
        ImportColumn("role", "角色"),
        ImportColumn("area", "区域", "区域编号"),
        ImportColumn("grids", "网格", "包干网格"),
        ImportColumn("capacity", "身份", "人员身份"),
        ImportColumn("from", "起始日期", "生效日期"),
    ]

    static func read(
        _ bytes: [UInt8], areas: AreaCodes, logins: Set<String>
    ) throws(ImportRefusal) -> ImportResult<AccountDraft> {
        var table = try ImportTable(bytes, columns: columns)
        var seen: [String: Int] = [:]
        var drafts: [AccountDraft] = []
        for row in table.rows {
            let login = table.text(row, "login", limit: 64)
            if !login.isEmpty, !isLogin(login) {
                let message = Message.badLogin(login)
                table.note(row, "login", "bad-login", zh: message.zh, en: message.en)
            }
            table.claim(row, "login", login, seen: &seen, known: logins)
            drafts.append(draft(row, login: login, areas: areas, &table))
        }
        return try table.result(drafts)
    }

    private static func draft(
        _ row: ImportRow, login: String, areas: AreaCodes, _ table: inout ImportTable
    ) -> AccountDraft {
        let role = table.choice(row, "role", allowed: RoleWords.allowed, RoleWords.role) ?? .gridWorker
        let capacity =
            table.choice(row, "capacity", allowed: CapacityWords.allowed, CapacityWords.capacity) ?? .fullTime
        let from = table.from(row)
        let codes = gridCodes(row, &table)
        let grids = codes.compactMap { table.grid(row, "grids", code: $0, areas: areas) }
        let area = area(row, areas: areas, &table)
        if row.cells["area"] == nil, role != .gridWorker || row.cells["grids"] == nil {
            table.note(
                row, "area", "missing", zh: "请填写区域编号；只有填了网格的网格员可以不填。",
                en: "give the area's code; only grid workers with grids may leave it out.")
        }
        // A grid worker without an area has the rights of the role in the own grids only.
        let scopes = area.map { [$0] } ?? grids
        return AccountDraft(
            login: login, name: table.text(row, "name"),
            roles: scopes.map { PersonEntry.RoleEntry(role: role, area: $0, from: from) },
            duties: grids.map { Duty(grid: $0, capacity: capacity, from: from, to: nil) },
            areaCode: row.cells["area"] ?? codes.first ?? "")
    }

    private static func area(_ row: ImportRow, areas: AreaCodes, _ table: inout ImportTable) -> AreaID? {
        guard row.cells["area"] != nil else { return nil }
        let code = table.code(row, "area")
        switch areas.area(code: code, scheme: nil) {
        case .success(let area): return area.id
        case .failure(let reason):
            let message = reason.message(code: code)
            table.note(row, "area", reason.rawValue, zh: message.zh, en: message.en)
            return nil
        }
    }

    private static func gridCodes(_ row: ImportRow, _ table: inout ImportTable) -> [String] {
        let codes = (row.cells["grids"] ?? "").split { ";；".contains($0) }.map(\.trimmed).filter { !$0.isEmpty }
        let repeated = codes.enumerated().filter { codes[..<$0.offset].contains($0.element) }.map(\.element)
        for code in repeated {
            table.note(
                row, "grids", "duplicate", zh: "网格 \(code) 写了两次，请删去一个。",
                en: "the grid \(code) is named twice; remove one.")
        }
        return codes
    }
}
