import ArgumentParser
import Patrol
import Wire

/// One stop, many doors: a corridor of forty shops is ticked off and only the exceptions are said.
struct BatchCommand: FieldCommand {
    static let isShutBySeal = true
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: Language.ofProcess(
            zh: "一站多户：一处停留，逐户各存一条巡查记录，只写例外；离线可用",
            en: "One stop, many doors: a record for each place, only exceptions are named; works offline"),
        discussion: Language.ofProcess(
            zh: "fieldcli batch --street 适园路 --at 30.87,120.42 --except place-00003:closedNow --skip place-00007",
            en: "fieldcli batch --street 适园路 --at 30.87,120.42 --except place-00003:closedNow --skip place-00007"))

    @Argument(help: hint("场所编号，可多个", "Ids of places"))
    var places: [String] = []

    @Option(help: hint("本月待巡、地址含此文字的全部场所", "Every place still due this month whose address has this text"))
    var street: String?

    @Option(
        help: ArgumentHelp(
            Language.ofProcess(
                zh: "例外及其结果，如 place-00003:closedNow，可多次", en: "An exception and its outcome; repeatable"),
            valueName: "id:outcome"))
    var except: [String] = []

    @Option(help: hint("不在其列的场所，可多次", "A place to leave out; repeatable"))
    var skip: [String] = []

    @OptionGroup var position: PositionOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if places.isEmpty, street == nil {
            throw ValidationError(
                Language.ofProcess(zh: "请写明场所编号，或用 --street", en: "Name the places, or a --street"))
        }
        if let street, street.allSatisfy(\.isWhitespace) {
            throw ValidationError(Language.ofProcess(zh: "--street 不能为空", en: "--street must not be blank"))
        }
        for typed in except where ReportCommand.split(typed).1?.isEmpty ?? true {
            throw ValidationError(
                Language.ofProcess(
                    zh: "--except 应为 编号:结果，如 place-00003:closedNow",
                    en: "--except is an id, a colon and an outcome, such as place-00003:closedNow"))
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let session = try SavedSession.load(from: handheld.home)
        let drafts = try drafts(on: handheld)
        let signer = try handheld.signer(for: session)
        let outbox = try handheld.openOutbox()
        var random = SystemRandomNumberGenerator()
        var made: [ReportSummary] = []
        for draft in drafts {
            let moment = handheld.moment()
            let entry = try outbox.record(
                draft, id: makeRecordID(at: moment.wallClock, using: &random), photos: [], moment: moment,
                zone: handheld.zone, person: session?.session.person.id ?? signer?.person, signer: signer,
                language: handheld.language)
            made.append(
                ReportSummary(id: entry.id, sequence: entry.state.sequence, urgent: false, delivery: nil))
        }
        let lines = zip(drafts, made).map { draft, summary in
            let outcome = Wording.outcome(draft.outcome ?? PlaceOutcome.checked.rawValue, handheld.language)
            return "\(draft.subject?.id ?? "")  \(outcome)  \(summary.id)"
        }
        handheld.console.answer(made, sentences: lines)
        handheld.console.remark(
            zh: "\(made.count) 条已放入待发箱。有网络时执行：fieldcli sync",
            en: "\(made.count) records are in the outbox. With a network, run: fieldcli sync")
        return .success
    }

    /// All of them before the first is recorded: a mistyped id leaves nothing behind.
    private func drafts(on handheld: Handheld) throws -> [RecordDraft] {
        var outcomes: [String: String] = [:]
        for typed in except {
            let (id, outcome) = ReportCommand.split(typed)
            guard let code = outcome.map(Wording.outcomeCode), PlaceOutcome(rawValue: code) != nil else {
                let words = PlaceOutcome.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure(
                    .usage, "unknown-outcome", zh: "\(typed) 的结果应为：\(words)",
                    en: "\(typed): the outcome is one of \(words)")
            }
            if let other = outcomes.updateValue(code, forKey: id), other != code {
                throw Failure(
                    .usage, "twice-excepted", zh: "\(id) 写了两种结果，请只留一种。", en: "\(id) has two outcomes; keep one.")
            }
        }
        var chosen: [String] = []
        var skipped: [String] = []
        for id in places + (try onStreet(handheld)) where !chosen.contains(id) {
            if skip.contains(id) { skipped.append(id) } else { chosen.append(id) }
        }
        // A mistyped id must not make a visit of the door that was meant.
        let all = chosen + skipped
        if let stranger = (outcomes.keys + skip).sorted().first(where: { !all.contains($0) }) {
            throw Failure(
                .usage, "not-in-batch", zh: "\(stranger) 不在这批场所中，请核对编号。",
                en: "\(stranger) is not among these places; check its id.")
        }
        guard !chosen.isEmpty else {
            throw Failure(
                .noInput, "nothing-due", zh: "没有待巡的场所符合。请核对 --street，或先执行 fieldcli roster。",
                en: "No place that is due fits. Check --street, or run fieldcli roster first.")
        }
        return try chosen.map { id in
            guard let known = try handheld.find(id), known.kind == SubjectKind.place.rawValue else {
                throw Failure(
                    .usage, "unknown-place", zh: "本机底册中没有场所 \(id)。请核对编号，或先执行 fieldcli roster。",
                    en: "No roster on this handheld has the place \(id). Check the id, or run fieldcli roster first.")
            }
            var draft = RecordDraft()
            draft.subject = PatrolReport.Subject(kind: known.kind, id: id)
            draft.outcome = outcomes[id]
            draft.grid = known.grid
            draft.fix = position.fix
            return draft
        }
    }

    private func onStreet(_ handheld: Handheld) throws -> [String] {
        guard let street else { return [] }
        var list = TodoList(
            month: handheld.thisMonth, outbox: try handheld.openOutbox().contents().entries, zone: handheld.zone)
        for grid in try handheld.rosters.grids() {
            if let cached = try handheld.rosters.places(of: grid) { list.add(cached.roster) }
        }
        return list.items.filter { $0.address.contains(street) }.map(\.id)
    }
}
