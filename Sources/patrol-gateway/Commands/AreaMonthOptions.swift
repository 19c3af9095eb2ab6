public import ArgumentParser
import Foundation
import Gateway
public import Patrol
import Store

/// An area and a month, as most questions begin.
struct MonthOptions: ParsableArguments {
    @Option(help: ArgumentHelp("区域编码，或 A 加七位数字的编号 · Code or id of the area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("月份，默认本月 · Month, this one by default", valueName: "YYYY-MM")) var month: String?
    @OptionGroup var output: OutputOptions

    /// What was asked for, found in the store.
    struct Asked {
        let store: PatrolStore
        let area: AreaID
        let path: PathKey
        let month: Month
        var kind = SubjectKind.place
    }

    /// - Parameter ahead: months that may lie ahead.
    /// - Throws: `CommandFailure` that names what is wrong.
    func resolved(_ context: CommandContext, ahead: Int = 0) async throws -> Asked {
        let month = try monthOption(month, context, ahead: ahead)
        let store = try await OpenedStore.current(context).store
        let id = try await foundArea(area, in: store, on: month.last)
        guard let path = try await store.path(of: id, in: month) else {
            throw CommandFailure(
                .failure, zh: "该月没有这个区域。请核对 --month。", en: "The area is not there in that month. Check --month.")
        }
        return Asked(store: store, area: id, path: path, month: month)
    }

    /// The same, with the month's ledger made if nobody has worked with it yet.
    func opened(_ context: CommandContext) async throws -> Asked {
        let asked = try await resolved(context)
        try await asked.store.open(asked.month, at: context.now())
        return asked
    }
}

/// An area, a month and a kind of subject, as most questions about duties begin.
struct AreaMonthOptions: ParsableArguments {
    @OptionGroup var scope: MonthOptions
    @OptionGroup var kind: KindOption

    var output: OutputOptions { scope.output }

    func resolved(_ context: CommandContext) async throws -> MonthOptions.Asked {
        var asked = try await scope.resolved(context)
        asked.kind = kind.kind
        return asked
    }

    func opened(_ context: CommandContext) async throws -> MonthOptions.Asked {
        var asked = try await scope.opened(context)
        asked.kind = kind.kind
        return asked
    }
}

struct KindOption: ParsableArguments {
    @Option(help: ArgumentHelp("place 场所（默认）或 keyPerson 重点人员 · place (default) or keyPerson", valueName: "KIND"))
    var kind: SubjectKind = .place
}

extension SubjectKind: ExpressibleByArgument {}

/// As it was known at some moment.
struct AsOfOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "按当时所知（日期指当日结束，或带时区的 RFC 3339 时间） · As known then: the end of a day, or an RFC 3339 time",
            valueName: "TIME"))
    var asOf: String?

    func known(_ context: CommandContext) throws -> Knowledge {
        guard let asOf else { return .now }
        if let day = Day(asOf), day <= context.today {
            let end = context.settings.zone.start(of: day.adding(days: 1))
            return Knowledge(at: min(end.adding(milliseconds: -1), context.now()))
        }
        if let instant = Instant(rfc3339: asOf), instant <= context.now() { return Knowledge(at: instant) }
        throw CommandFailure(
            .usage, zh: "--as-of 应为不晚于现在的日期或时间，如 2026-04-05 或 2026-04-05T12:00:00+08:00。",
            en: "Give --as-of a day or a time that has come, such as 2026-04-05 or 2026-04-05T12:00:00+08:00.")
    }
}

/// - Parameter ahead: months that it may lie ahead.
func monthOption(_ text: String?, _ context: CommandContext, ahead: Int = 0) throws -> Month {
    var last = Month(containing: context.today)
    for _ in 0..<ahead { last = last.next }
    guard let text else { return Month(containing: context.today) }
    guard let month = Month(text) else {
        throw CommandFailure(
            .usage, zh: "月份应写成 YYYY-MM，如 2026-03。", en: "Write the month as YYYY-MM, such as 2026-03.")
    }
    guard month <= last else {
        throw CommandFailure(
            .usage, zh: ahead == 0 ? "该月尚未开始。" : "最多提前 \(ahead) 个月。",
            en: ahead == 0 ? "This month has not begun." : "At most \(ahead) months ahead.")
    }
    return month
}

func dayOption(_ text: String, _ option: String) throws -> Day {
    if let day = Day(text) { return day }
    throw CommandFailure(.usage, zh: "\(option) 应写成 YYYY-MM-DD。", en: "Write \(option) as YYYY-MM-DD.")
}

/// An area by our id or by a code of any scheme.
func foundArea(_ text: String, in store: PatrolStore, on day: Day) async throws -> AreaID {
    if let id = AreaID(text) {
        if try await store.path(of: id, on: day) != nil { return id }
        throw CommandFailure(.usage, zh: "没有编号为 \(id) 的区域。", en: "There is no area \(id).")
    }
    switch AreaCodes(try await store.codedAreas(on: day)).area(code: text, scheme: nil) {
    case .success(let found): return found.id
    case .failure(let reason):
        let message = reason.message(code: text)
        throw CommandFailure(.usage, zh: message.zh, en: message.en)
    }
}

/// In whose name a command changes something: an account's login.
struct ByOption: ParsableArguments {
    @Option(help: ArgumentHelp("以谁的名义（登录名） · Login of the person who does it", valueName: "LOGIN")) var by: String

    func person(in store: PatrolStore) async throws -> String { try await foundPerson(by, in: store) }
}

func foundPerson(_ login: String, in store: PatrolStore) async throws -> String {
    guard let person = try await store.credentials(login: login)?.person else {
        throw CommandFailure(
            .usage, zh: "没有登录名 \(login)，或已停用。", en: "There is no login \(login), or it is disabled.")
    }
    return person
}

/// A change that holds from a day on, in somebody's name.
struct ChangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("从哪天起 · Day from which it holds", valueName: "YYYY-MM-DD")) var from: String
    @OptionGroup var by: ByOption

    /// Codes of areas are those of the day of the change.
    func area(_ code: String, in store: PatrolStore) async throws -> AreaID {
        try await foundArea(code, in: store, on: try dayOption(from, "--from"))
    }
}

func newID() -> String { UUID().uuidString.lowercased() }
