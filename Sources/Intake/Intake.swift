public import Patrol
public import Wire

/// Makes a domain record of a wire report, or names every defect of it at once.
///
/// The gateway calls this for what arrives and the handheld before it freezes what it will send, so that both agree
/// on what is well-formed. Times, places and claims are never defects here: a clock years off and a subject nobody
/// knows are stored and marked.
/// - Parameter id: the UUID under which the report travels.
public func patrolRecord(id: String, from report: PatrolReport) throws(Defects) -> PatrolRecord {
    var reading = Reading()
    let record = reading.record(id: id, report)
    guard reading.defects.isEmpty else { throw Defects(reading.defects) }
    return record
}

/// Reads a body into a record: what is missing or mistyped and what its members wrongly say, all in one answer.
/// - Returns: the record, and the members that this version does not know.
public func patrolRecord(
    id: String, fromBody body: [UInt8]
) throws(Defects) -> (record: PatrolRecord, unknown: [String]) {
    let (report, unknown, unreadable) = try readReport(from: body)
    var reading = Reading()
    let record = reading.record(id: id, report)
    // A blank stands where a member could not be read; what is wrong with the blank is nobody's fault.
    let wrong = reading.defects.filter { defect in
        !unreadable.contains { defect.pointer == $0.pointer || defect.pointer.hasPrefix($0.pointer + "/") }
    }
    guard unreadable.isEmpty, wrong.isEmpty else { throw Defects(unreadable + wrong) }
    return (record, unknown)
}

/// A UUID in its canonical form, lower case, or nil.
public func canonicalUUID(_ text: String) -> String? {
    guard text.utf8.count == 36 else { return nil }
    for (index, byte) in text.utf8.enumerated() {
        switch index {
        case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
        default: guard isHex(byte | 0x20) else { return nil }
        }
    }
    return text.lowercased()
}

/// SHA-256 as 64 lower-case hexadecimal digits.
public func isSHA256(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy(isHex)
}

private func isHex(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
}

/// Limits of one record; a handheld checks them before it freezes.
public enum RecordLimits: Sendable {
    public static let textCharacters = 4_000
    public static let nameCharacters = 200
    public static let photos = 50
    public static let findings = 20
    public static let participants = 20
    public static let checklistItems = 200
    /// Bytes of one report's JSON.
    public static let reportBytes = 256 * 1024
}

/// Goes through a report once, noting defects and going on.
private struct Reading {
    var defects: [Defect] = []

    mutating func note(_ pointer: String, _ code: String, zh: String, en: String) {
        defects.append(Defect(pointer, code, zh: zh, en: en))
    }

    mutating func record(id: String, _ report: PatrolReport) -> PatrolRecord {
        if report.version != 1 {
            note(
                "/version", "unknown-version", zh: "版本应为 1，请升级网关或终端程序",
                en: "must be 1; update the gateway or the handheld")
        }
        let uuid = canonicalUUID(id)
        if uuid == nil { note("id", "bad-uuid", zh: "记录编号应为 UUID", en: "the record's id must be a UUID") }
        if let supersedes = report.supersedes, canonicalUUID(supersedes) == nil {
            note("/supersedes", "bad-uuid", zh: "应为被更正记录的 UUID", en: "must be the UUID of the record it corrects")
        }
        if let grid = report.grid, AreaID(grid) == nil {
            note("/grid", "bad-area", zh: "网格编号格式不对，应为 A 加七位数字", en: "must be an area id: A and seven digits")
        }
        return PatrolRecord(
            id: uuid ?? id, capturedAt: instant(report.capturedAt, "/capturedAt") ?? Instant(milliseconds: 0),
            device: device(report.device), grid: report.grid.flatMap { AreaID($0) }, visit: visit(report),
            fix: report.fix.flatMap { fix($0) }, text: text(report.text, "/text", limit: RecordLimits.textCharacters),
            photos: photos(report.photos ?? []), findings: findings(report.findings ?? []),
            supersedes: report.supersedes.flatMap { canonicalUUID($0) },
            stop: text(report.stop, "/stop", limit: 64, isRequired: true))
    }

    private mutating func instant(_ text: String, _ pointer: String) -> Instant? {
        if let instant = Instant(rfc3339: text) { return instant }
        note(
            pointer, "bad-time", zh: "时间应为带时区的 RFC 3339 格式，如 2026-03-05T08:00:00+08:00",
            en: "must be RFC 3339 with an offset, such as 2026-03-05T08:00:00+08:00")
        return nil
    }

    private mutating func text(_ text: String?, _ pointer: String, limit: Int, isRequired: Bool = false) -> String? {
        guard let text else { return nil }
        if text.unicodeScalars.count > limit {
            note(pointer, "too-long", zh: "不得超过 \(limit) 个字", en: "at most \(limit) characters")
        }
        if isRequired, text.allSatisfy(\.isWhitespace) {
            note(pointer, "empty", zh: "不能为空", en: "must not be empty")
        }
        return text
    }

    private mutating func name<Value>(
        _ raw: String, _ pointer: String, _ allowed: [String], _ make: (String) -> Value?
    ) -> Value? {
        if let value = make(raw) { return value }
        let list = allowed.joined(separator: ", ")
        note(pointer, "unknown-value", zh: "取值应为：\(list)", en: "must be one of \(list)")
        return nil
    }

    private mutating func device(_ device: PatrolReport.Device) -> PatrolRecord.Device {
        let isNamed =
            (1...64).contains(device.id.utf8.count)
            && device.id.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
        if !isNamed {
            note(
                "/device/id", "bad-device-id", zh: "设备编号应为 1–64 个字母、数字或 . _ -",
                en: "must be 1–64 letters, digits or . _ -")
        }
        if device.sequence < 1 {
            note("/device/sequence", "out-of-range", zh: "序号从 1 开始", en: "counts from 1")
        }
        if let uptime = device.uptimeMilliseconds, uptime < 0 {
            note("/device/uptimeMilliseconds", "out-of-range", zh: "不能为负", en: "must not be negative")
        }
        if let previous = device.previousSha256, !isSHA256(previous) {
            note(
                "/device/previousSha256", "bad-digest", zh: "应为 64 位小写十六进制",
                en: "must be 64 lower-case hexadecimal digits")
        }
        return PatrolRecord.Device(
            id: device.id, sequence: device.sequence, previousSHA256: device.previousSha256,
            bootID: text(device.bootId, "/device/bootId", limit: 64), uptime: device.uptimeMilliseconds,
            heard: device.heard.flatMap { heard($0) })
    }

    private mutating func heard(_ sent: PatrolReport.Heard) -> PatrolRecord.Device.Heard? {
        if let uptime = sent.uptimeMilliseconds, uptime < 0 {
            note("/device/heard/uptimeMilliseconds", "out-of-range", zh: "不能为负", en: "must not be negative")
        }
        let bootID = text(sent.bootId, "/device/heard/bootId", limit: 64)
        return instant(sent.time, "/device/heard/time").map {
            PatrolRecord.Device.Heard(time: $0, bootID: bootID, uptime: sent.uptimeMilliseconds)
        }
    }

    private mutating func visit(_ report: PatrolReport) -> VisitClaim? {
        let until = report.until.flatMap { raw -> Day? in
            if let day = Day(raw) { return day }
            note("/until", "bad-day", zh: "日期应为 YYYY-MM-DD", en: "must be a date YYYY-MM-DD")
            return nil
        }
        let participants = self.participants(report.participants ?? [])
        let checklist = report.checklist.flatMap { self.checklist($0) }
        guard let sent = report.subject else {
            if report.checklist != nil {
                note("/subject", "missing", zh: "有检查项目就要有巡查对象", en: "a checklist needs its subject")
            }
            if report.outcome != nil {
                note("/subject", "missing", zh: "有结果就要有巡查或走访对象", en: "an outcome needs its subject")
            }
            if (report.findings ?? []).isEmpty, report.text == nil, (report.photos ?? []).isEmpty {
                note(
                    "/subject", "nothing-reported", zh: "请填写对象、问题、文字或照片之一",
                    en: "name a subject, a finding, a text or a photo")
            }
            return nil
        }
        let subject = self.subject(sent)
        guard let raw = report.outcome else {
            note("/outcome", "missing", zh: "缺少巡查或走访结果", en: "a visit needs its outcome")
            return nil
        }
        guard let subject else { return nil }
        let allowed =
            subject.kind == .place ? PlaceOutcome.allCases.map(\.rawValue) : PersonOutcome.allCases.map(\.rawValue)
        guard let outcome = name(raw, "/outcome", allowed, { Outcome(kind: subject.kind, name: $0) }) else {
            return nil
        }
        return VisitClaim(
            subject: subject, outcome: outcome, until: until, participants: participants,
            checklist: checklist)
    }

    private mutating func checklist(_ sent: PatrolReport.Checklist) -> ChecklistAnswers? {
        tooMany(sent.items.count, "/checklist/items", limit: RecordLimits.checklistItems)
        let id = text(sent.id, "/checklist/id", limit: 64, isRequired: true)
        if sent.version < 1 { note("/checklist/version", "out-of-range", zh: "版本从 1 开始", en: "counts from 1") }
        var seen: Set<String> = []
        let items = sent.items.prefix(RecordLimits.checklistItems).enumerated().compactMap { index, item in
            let pointer = "/checklist/items/\(index)"
            if !seen.insert(item.item).inserted {
                note(pointer + "/item", "repeated", zh: "同一检查项写了两次", en: "the same item is answered twice")
            }
            let code = text(item.item, pointer + "/item", limit: 64, isRequired: true)
            let words = text(item.note, pointer + "/note", limit: RecordLimits.nameCharacters)
            return name(
                item.result, pointer + "/result", ChecklistResult.allCases.map(\.rawValue),
                { ChecklistResult(rawValue: $0) }
            ).map { ChecklistAnswers.Item(item: code ?? "", result: $0, note: words) }
        }
        return id.map { ChecklistAnswers(checklist: $0, version: sent.version, items: items) }
    }

    private mutating func subject(_ sent: PatrolReport.Subject) -> RecordSubject? {
        switch sent.kind {
        case "place", "keyPerson":
            guard let id = sent.id, (1...64).contains(id.utf8.count) else {
                note("/subject/id", "missing", zh: "缺少对象编号", en: "the subject's id is required, 1–64 bytes")
                return nil
            }
            return sent.kind == "place" ? .place(id: id) : .keyPerson(id: id)
        case "newPlace":
            guard let name = text(sent.name, "/subject/name", limit: RecordLimits.nameCharacters, isRequired: true)
            else {
                note("/subject/name", "missing", zh: "请填写新发现场所的名称", en: "name the place that was found")
                return nil
            }
            return .newPlace(
                name: name, address: text(sent.address, "/subject/address", limit: RecordLimits.nameCharacters))
        default:
            note(
                "/subject/kind", "unknown-value", zh: "取值应为：place, keyPerson, newPlace",
                en: "must be one of place, keyPerson, newPlace")
            return nil
        }
    }

    private mutating func participants(_ sent: [PatrolReport.Participant]) -> [Participant] {
        tooMany(sent.count, "/participants", limit: RecordLimits.participants)
        return sent.prefix(RecordLimits.participants).enumerated().compactMap { index, participant in
            let pointer = "/participants/\(index)"
            if participant.person == nil, participant.name == nil {
                note(pointer, "missing", zh: "请填写参与人编号或姓名", en: "give the participant's id or name")
            }
            let person = text(participant.person, pointer + "/person", limit: 64)
            let called = text(participant.name, pointer + "/name", limit: RecordLimits.nameCharacters)
            let unit = text(participant.unit, pointer + "/unit", limit: RecordLimits.nameCharacters, isRequired: true)
            return name(
                participant.capacity, pointer + "/capacity", Capacity.allCases.map(\.rawValue),
                { Capacity(rawValue: $0) }
            ).map { Participant(person: person, name: called, capacity: $0, unit: unit) }
        }
    }

    private mutating func fix(_ sent: PatrolReport.Fix) -> Fix? {
        if !(-90...90).contains(sent.latitude) {
            note("/fix/latitude", "out-of-range", zh: "纬度应在 −90 到 90 度之间", en: "must lie between −90 and 90 degrees")
        }
        if !(-180...180).contains(sent.longitude) {
            note(
                "/fix/longitude", "out-of-range", zh: "经度应在 −180 到 180 度之间", en: "must lie between −180 and 180 degrees"
            )
        }
        if let accuracy = sent.accuracyMetres, !(0...10_000_000).contains(accuracy) {
            note("/fix/accuracyMetres", "out-of-range", zh: "精度（米）不能为负", en: "metres, not negative")
        }
        let time = sent.time.flatMap { instant($0, "/fix/time") }
        let provider = name(
            sent.provider ?? "unknown", "/fix/provider", FixProvider.allCases.map(\.rawValue),
            { FixProvider(rawValue: $0) })
        guard
            let system = name(
                sent.system, "/fix/system", CoordinateSystem.allCases.map(\.rawValue),
                { CoordinateSystem(rawValue: $0) })
        else { return nil }
        return Fix(
            position: Position(latitude: sent.latitude, longitude: sent.longitude, system: system),
            accuracyMetres: sent.accuracyMetres, provider: provider ?? .unknown, time: time, isMock: sent.mock)
    }

    private mutating func photos(_ sent: [PatrolReport.Photo]) -> [PatrolRecord.Photo] {
        tooMany(sent.count, "/photos", limit: RecordLimits.photos)
        var seen: Set<String> = []
        return sent.prefix(RecordLimits.photos).enumerated().map { index, photo in
            let pointer = "/photos/\(index)"
            if !isSHA256(photo.sha256) {
                note(
                    pointer + "/sha256", "bad-digest", zh: "应为 64 位小写十六进制",
                    en: "must be 64 lower-case hexadecimal digits")
            } else if !seen.insert(photo.sha256).inserted {
                note(pointer + "/sha256", "repeated", zh: "同一张照片列了两次", en: "the same photo is named twice")
            }
            if photo.bytes < 1 {
                note(pointer + "/bytes", "out-of-range", zh: "照片不能是空文件", en: "a photo has at least one byte")
            }
            let role = photo.role.flatMap { raw in
                name(raw, pointer + "/role", PhotoRole.allCases.map(\.rawValue), { PhotoRole(rawValue: $0) })
            }
            let takenAt = photo.takenAt.flatMap { instant($0, pointer + "/takenAt") }
            return PatrolRecord.Photo(sha256: photo.sha256, bytes: photo.bytes, role: role, takenAt: takenAt)
        }
    }

    private mutating func findings(_ sent: [PatrolReport.Finding]) -> [PatrolRecord.Finding] {
        tooMany(sent.count, "/findings", limit: RecordLimits.findings)
        return sent.prefix(RecordLimits.findings).enumerated().compactMap { index, finding in
            let pointer = "/findings/\(index)"
            let words =
                text(finding.text, pointer + "/text", limit: RecordLimits.textCharacters, isRequired: true) ?? ""
            return name(
                finding.kind, pointer + "/kind", FindingKind.allCases.map(\.rawValue), { FindingKind(rawValue: $0) }
            ).map { PatrolRecord.Finding(kind: $0, text: words, isUrgent: finding.urgent ?? false) }
        }
    }

    private mutating func tooMany(_ count: Int, _ pointer: String, limit: Int) {
        if count > limit { note(pointer, "too-many", zh: "最多 \(limit) 项", en: "at most \(limit)") }
    }
}
