public import ArgumentParser
import Foundation
import Gateway
public import Patrol
import Store

/// An area, a month and a kind of subject, as most questions about duties begin.
struct AreaMonthOptions: ParsableArguments {
    @Option(help: ArgumentHelp("区域编码，或 A 加七位数字的编号 · Code or id of the area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("月份，默认本月 · Month, this one by default", valueName: "YYYY-MM")) var month: String?
    @Option(help: ArgumentHelp("place 场所（默认）或 keyPerson 重点人员 · place (default) or keyPerson", valueName: "KIND"))
    var kind: SubjectKind = .place
    @Flag(help: "以 JSON 输出 · Print JSON") var json = false

    /// What was asked for, found in the store.
    struct Asked {
        let store: PatrolStore
        let area: AreaID
        let path: PathKey
        let month: Month
        let kind: SubjectKind
    }

    /// - Throws: `CommandFailure` that names what is wrong.
    func resolved(_ context: CommandContext) async throws -> Asked {
        guard let month = month.map({ Month($0) }) ?? Month(containing: context.today) else {
            throw CommandFailure(
                .usage, zh: "月份应写成 YYYY-MM，如 2026-03。", en: "Write the month as YYYY-MM, such as 2026-03.")
        }
        let store = try await OpenedStore.current(context).store
        let id = try await foundArea(area, in: store, on: month.last)
        guard let path = try await store.path(of: id, in: month) else {
            throw CommandFailure(
                .failure, zh: "该月没有这个区域。请核对 --month。", en: "The area is not there in that month. Check --month.")
        }
        return Asked(store: store, area: id, path: path, month: month, kind: kind)
    }
}

extension SubjectKind: ExpressibleByArgument {}

/// An area by our id or by a code of any scheme.
func foundArea(_ text: String, in store: PatrolStore, on day: Day) async throws -> AreaID {
    if let id = AreaID(text) { return id }
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

    func person(in store: PatrolStore) async throws -> String {
        guard let person = try await store.credentials(login: by)?.person else {
            throw CommandFailure(
                .usage, zh: "没有登录名 \(by)，或已停用。", en: "There is no login \(by), or it is disabled.")
        }
        return person
    }
}

extension CommandContext {
    /// JSON of a list, or one line an item.
    func print<Item: Encodable>(_ items: [Item], json: Bool, line: (Item) -> [String?]) throws {
        if json {
            console.out(String(decoding: try canonicalBytes(items), as: UTF8.self))
        } else {
            for item in items { console.out(line(item).map { $0 ?? "-" }.joined(separator: "  ")) }
        }
    }

    /// A file's bytes.
    func contents(of file: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(
                .noInput, zh: "文件 \(file) 读不出来。请检查路径与权限。",
                en: "The file \(file) cannot be read. Check its path and permissions.")
        }
        return Array(data)
    }
}
