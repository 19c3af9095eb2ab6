import ArgumentParser
import Imaging
import Patrol
import Wire

struct ReportCommand: FieldCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: Language.ofProcess(
            zh: "填报一条巡查或走访记录，立即进待发箱；离线可用", en: "Record a patrol (巡查) or visit (走访) into the outbox; works offline"),
        discussion: Language.ofProcess(
            zh: "没有问题时两项即可：fieldcli report P00001 --at 30.87,120.42\n不写对象而写 --finding 或 --text，即为途中发现。",
            en: "Nothing wrong takes two options: fieldcli report P00001 --at 30.87,120.42\n"
                + "Without a subject, --finding or --text makes a finding on the way."))

    @Argument(help: hint("场所或重点人员编号", "Id of the place (场所) or key person (重点人员)"))
    var subject: String?

    @Option(
        help: hint(
            "对象类别：place 或 keyPerson（默认按底册）", "Kind of the subject: place or keyPerson (default: as on the roster)"))
    var kind: String?

    @Option(help: hint("新发现场所的名称", "Name of a place that the roster does not know"))
    var newPlace: String?

    @Option(help: hint("新发现场所的地址", "Its address"))
    var address: String?

    @Option(help: hint("结果（默认：场所 checked，重点人员 met）", "Outcome (default: checked for a place, met for a person)"))
    var outcome: String?

    @Option(help: hint("状态持续到 YYYY-MM-DD（歇业、外出、住院）", "Until when a status holds, YYYY-MM-DD"))
    var until: String?

    @OptionGroup var position: PositionOptions

    @Option(help: hint("定位精度（米）", "Accuracy of the fix in metres"))
    var accuracy: Double?

    @Option(help: hint("定位来源：gps、network、fused、manual", "Source of the fix: gps, network, fused, manual"))
    var provider: String?

    @Option(help: hint("定位时间（定位系统的时钟，RFC 3339）", "Time of the fix by the positioning system's clock, RFC 3339"))
    var fixTime: String?

    @Option(parsing: .upToNextOption, help: hint("照片文件（JPEG，每张不超过 40 MB）", "Photo files (JPEG, up to 40 MB each)"))
    var photo: [String] = []

    @Option(help: hint("文字说明", "Free text"))
    var text: String?

    @Option(
        help: ArgumentHelp(
            Language.ofProcess(
                zh: "发现问题，如 安全隐患:通道堵塞（safetyHazard、dispute、residentNeed、other），可多次",
                en: "A finding (发现问题): safetyHazard, dispute, residentNeed or other, a colon and what it is; repeatable"
            ),
            valueName: "kind:text"))
    var finding: [String] = []

    @Flag(help: hint("紧急：先于待发箱里其他内容发送", "Urgent: overtakes everything else in the outbox"))
    var urgent = false

    @Option(
        help: ArgumentHelp(
            Language.ofProcess(
                zh: "参与人，如 王五:网格警务员（gridPolice），可多次", en: "Who took part, such as 王五:gridPolice; repeatable"),
            valueName: "name:capacity"))
    var with: [String] = []

    @Option(help: hint("所更正的记录编号", "Id of the record that this one corrects"))
    var supersedes: String?

    @Option(help: hint("所在网格编号（默认按底册）", "Id of the grid (default: as on the roster)"))
    var grid: String?

    @Flag(help: hint("填报后立即发送待发箱", "Send the outbox right afterwards"))
    var send = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if subject != nil, newPlace != nil {
            throw ValidationError(
                Language.ofProcess(zh: "对象编号与 --new-place 只能有一个", en: "Give either a subject or --new-place"))
        }
        if address != nil, newPlace == nil {
            throw ValidationError(
                Language.ofProcess(zh: "--address 要与 --new-place 同用", en: "--address goes with --new-place"))
        }
        if urgent, finding.isEmpty, text == nil {
            throw ValidationError(
                Language.ofProcess(
                    zh: "--urgent 要与 --finding 或 --text 同用", en: "--urgent goes with --finding or --text"))
        }
        if accuracy != nil || provider != nil || fixTime != nil, position.at == nil {
            throw ValidationError(
                Language.ofProcess(
                    zh: "--accuracy、--provider、--fix-time 要与 --at 同用",
                    en: "--accuracy, --provider and --fix-time go with --at")
            )
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let session = try SavedSession.load(from: handheld.home)
        let moment = handheld.moment()
        let draft = try draft(on: handheld, session: session, moment: moment)
        let signer = try handheld.signer(for: session)
        let outbox = try handheld.openOutbox()
        var random = SystemRandomNumberGenerator()
        let entry = try outbox.record(
            draft, id: makeRecordID(at: moment.wallClock, using: &random), photos: photo, moment: moment,
            zone: handheld.zone, person: session?.session.person.id ?? signer?.person, signer: signer,
            language: handheld.language)
        if !send || !common.json {
            handheld.console.answer(
                ReportSummary(
                    id: entry.id, sequence: entry.state.sequence, urgent: entry.state.isUrgent, delivery: nil),
                sentences: [entry.id])
        }
        let words = [draft.text].compactMap { $0 } + draft.findings.map(\.text)
        if words.contains(where: { !classifiedMarks(in: $0).isEmpty }) {
            handheld.console.remark(
                zh: "文字疑似涉密：请勿在终端录入国家秘密。记录已保存；如确属涉密，请执行 fieldcli outbox drop \(entry.id) --yes 并报告保密部门。",
                en:
                    "The words look classified: nothing secret belongs on a handheld. The record is kept; if it is secret, "
                    + "run fieldcli outbox drop \(entry.id) --yes and report it.")
        }
        if entry.state.person == nil {
            handheld.console.remark(
                zh: "尚未登录：记录已保存，将以下一个登录并发送的人的名义送出。",
                en:
                    "Nobody is logged in: the record is kept and goes out in the name of whoever logs in and syncs next."
            )
        }
        for photo in entry.state.photos {
            guard let problem = PhotoIntake.problem(of: entry.photoPath(photo.sha256)) else { continue }
            handheld.console.remark(
                zh: "照片 \(photo.sha256.prefix(8)) 可能无法使用：\(problem.message(chinese: true))",
                en: "Photo \(photo.sha256.prefix(8)) may be of no use: \(problem.message(chinese: false))")
        }
        guard send else {
            handheld.console.remark(
                zh: "已放入待发箱。有网络时执行：fieldcli sync", en: "In the outbox. With a network, run: fieldcli sync")
            return .success
        }
        return try await sendNow(entry, on: handheld)
    }

    private func sendNow(_ entry: OutboxEntry, on handheld: Handheld) async throws -> ExitStatus {
        let report = try await handheld.deliver(.standard)
        let item = report.items.first { $0.id == entry.id }
        if common.json {
            handheld.console.answer(
                ReportSummary(
                    id: entry.id, sequence: entry.state.sequence, urgent: entry.state.isUrgent, delivery: item),
                sentences: [])
        } else {
            handheld.console.answer(
                item, sentences: DeliveryWords(language: handheld.language).sentences(report))
        }
        // The record itself is safe: that it still waits is no failure of the network's making.
        return report.status == .unavailable ? .temporaryFailure : report.status
    }

    private func draft(on handheld: Handheld, session: SavedSession?, moment: Moment) throws -> RecordDraft {
        var draft = RecordDraft()
        let known = try subject.flatMap { try handheld.find($0) }
        if let subject {
            draft.subject = PatrolReport.Subject(kind: try kind ?? known?.kind ?? guessedKind(subject), id: subject)
        } else if let newPlace {
            draft.subject = PatrolReport.Subject(kind: "newPlace", name: newPlace, address: address)
        }
        draft.outcome = outcome.map(Wording.outcomeCode)
        draft.until = until
        let grids = session?.session.person.grids ?? []
        draft.grid = grid ?? known?.grid ?? (grids.count == 1 ? grids.first?.id : nil)
        draft.fix = position.fix
        draft.fix?.accuracyMetres = accuracy
        draft.fix?.provider = provider
        draft.fix?.time = fixTime
        draft.text = text
        draft.findings = findings
        draft.participants = with.map { typed in
            let (name, capacity) = Self.split(typed)
            return PatrolReport.Participant(name: name, capacity: Wording.capacity(capacity ?? ""))
        }
        draft.supersedes = supersedes
        return draft
    }

    private var findings: [PatrolReport.Finding] {
        let isUrgent = urgent ? true : nil
        if urgent, finding.isEmpty, let text {
            return [PatrolReport.Finding(kind: FindingKind.other.rawValue, text: text, urgent: true)]
        }
        return finding.map { typed in
            let (kind, words) = Self.split(typed)
            return PatrolReport.Finding(kind: Wording.findingKind(kind), text: words ?? "", urgent: isUrgent)
        }
    }

    /// `kind:text` at its first colon, ASCII or full width.
    static func split(_ typed: String) -> (String, String?) {
        guard let colon = typed.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return (typed, nil) }
        return (String(typed[..<colon]), String(typed[typed.index(after: colon)...]))
    }

    /// For a subject that no roster on this handheld knows, by the beginnings of ids: `place-…` and `P…`, `person-…` and
    /// `K…`.
    private func guessedKind(_ subject: String) throws -> String {
        if subject.hasPrefix("person-") || subject.hasPrefix("K") { return SubjectKind.keyPerson.rawValue }
        if subject.hasPrefix("place-") || subject.hasPrefix("P") { return SubjectKind.place.rawValue }
        throw Failure(
            .usage, "unknown-kind", zh: "本机底册中没有“\(subject)”。请加 --kind place 或 --kind keyPerson，或先执行 fieldcli roster。",
            en: "No roster on this handheld has \(subject). Add --kind place or --kind keyPerson, "
                + "or run fieldcli roster first.")
    }
}

struct ReportSummary: Codable, Equatable, Sendable {
    let id: String
    let sequence: Int64
    let urgent: Bool
    let delivery: DeliveryReport.Item?
}
