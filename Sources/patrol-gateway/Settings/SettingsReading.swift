import Gateway
import Glibc

/// One thing wrong with the settings, wherever it was given.
struct SettingFault: Equatable, Sendable {
    let message: Message
}

/// The arguments apart: flags of settings, which every subcommand takes, and the rest.
struct SplitArguments: Equatable {
    struct Flag: Equatable {
        let name: String
        /// nil where the value was forgotten.
        let value: String?
    }

    private(set) var flags: [Flag] = []
    private(set) var rest: [String] = []

    /// Accepts `--name value` and `--name=value`; after `--` nothing is a setting.
    init(_ arguments: [String]) {
        var remaining = arguments[...]
        while let argument = remaining.popFirst() {
            if argument == "--" {
                rest += [argument] + remaining
                return
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard argument.hasPrefix("--"), Setting.named(String(parts[0].dropFirst(2))) != nil else {
                rest.append(argument)
                continue
            }
            let name = String(parts[0].dropFirst(2))
            if parts.count == 2 {
                flags.append(Flag(name: name, value: String(parts[1])))
            } else if let value = remaining.first, !value.hasPrefix("--") {
                remaining.removeFirst()
                flags.append(Flag(name: name, value: value))
            } else {
                flags.append(Flag(name: name, value: nil))
            }
        }
    }
}

/// One value as it was given.
private struct GivenValue {
    /// As the person wrote it: `--port`, `PATROL_PORT`, `gateway.conf:3`.
    let source: String
    /// nil where nothing of that name exists.
    let setting: Setting?
    let value: String
    /// The nearest name that exists, in the writing of this source.
    let suggestion: String?
}

extension Settings {
    /// File, then variables, then flags, so that the last given wins. Every fault of every source is noted, also of
    /// values that another source overrides: a wrong line would bite later.
    ///
    /// swift-configuration is not used here: its providers answer for the keys they are asked, so that they can name
    /// neither a misspelt key nor the source of a bad value, and `90x90` counts as absent.
    static func read(
        flags: [SplitArguments.Flag], environment: [String: String], readFile: (String) throws -> String,
        into faults: inout [SettingFault]
    ) -> Settings {
        var given: [GivenValue] = []
        let path = flags.last { $0.name == "config" }?.value ?? environment[Setting.variablePrefix + "CONFIG"]
        if let path { given += fileValues(path, readFile, into: &faults) }
        given += variables(environment)
        given += flagValues(flags, into: &faults)
        var settings = Settings()
        for value in given {
            guard let setting = value.setting else {
                faults.append(.unknown(value.source, suggestion: value.suggestion))
                continue
            }
            if !setting.assign(value.value, to: &settings) {
                faults.append(.badValue(value.source, value.value, setting))
            }
        }
        if (1..<183).contains(settings.gateway.auditKeepDays) { faults.append(.auditTooShort) }
        settings.derive()
        return settings
    }

    private mutating func derive() {
        if store.isEmpty { store = "\(StoreAddress.sqliteScheme)\(data)/patrol.db" }
        if name.isEmpty { name = machineName() }
        if auditHeads.isEmpty { auditHeads = "\(data)/audit-heads.jsonl" }
        gateway.photoFolder = photoFolder.isEmpty ? "\(data)/photos" : photoFolder
    }

    private static func fileValues(
        _ path: String, _ readFile: (String) throws -> String, into faults: inout [SettingFault]
    ) -> [GivenValue] {
        let text: String
        do {
            text = try readFile(path)
        } catch {
            faults.append(.unreadable(path))
            return []
        }
        var values: [GivenValue] = []
        var seen: Set<String> = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = line.prefix { $0 != "#" }.trimmed
            guard !content.isEmpty else { continue }
            let source = "\(path):\(index + 1)"
            let parts = content.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
            guard parts.count == 2 else {
                faults.append(.badLine(source))
                continue
            }
            guard seen.insert(parts[0]).inserted else {
                faults.append(.repeated("\(source) \(parts[0])"))
                continue
            }
            let setting = parts[0] == "config" ? nil : Setting.named(parts[0])
            values.append(
                GivenValue(
                    source: "\(source) \(parts[0])", setting: setting, value: parts[1],
                    suggestion: nearest(parts[0], in: Setting.all.map(\.name).filter { $0 != "config" })))
        }
        return values
    }

    private static func variables(_ environment: [String: String]) -> [GivenValue] {
        environment.filter { $0.key.hasPrefix(Setting.variablePrefix) }.sorted { $0.key < $1.key }.map { key, value in
            GivenValue(
                source: key, setting: Setting.all.first { $0.variable == key }, value: value,
                suggestion: nearest(key, in: Setting.all.map(\.variable)))
        }
    }

    private static func flagValues(
        _ flags: [SplitArguments.Flag], into faults: inout [SettingFault]
    ) -> [GivenValue] {
        var seen: Set<String> = []
        var values: [GivenValue] = []
        for flag in flags {
            let source = "--" + flag.name
            guard let value = flag.value else {
                faults.append(.valueMissing(source))
                continue
            }
            guard seen.insert(flag.name).inserted else {
                faults.append(.repeated(source))
                continue
            }
            values.append(GivenValue(source: source, setting: Setting.named(flag.name), value: value, suggestion: nil))
        }
        return values
    }
}

/// As the system knows it, in letters that a chain's name takes.
private func machineName() -> String {
    var buffer = [CChar](repeating: 0, count: 65)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "gateway" }
    let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.filter(\.isNameByte).prefix(64)
    return name.isEmpty ? "gateway" : String(decoding: name, as: UTF8.self)
}

extension Setting {
    /// - Returns: false if the value is not one of those permitted; then nothing is changed.
    fileprivate func assign(_ text: String, to settings: inout Settings) -> Bool {
        switch kind {
        case .integer(let path, let range):
            guard let integer = Int(text), range.contains(integer) else { return false }
            settings[keyPath: path] = integer
        case .text(let path, _, let isValid):
            guard isValid(text) else { return false }
            settings[keyPath: path] = text
        case .choice(let path, let choices):
            guard choices.contains(text) else { return false }
            settings[keyPath: path] = text
        case .flag(let path):
            guard let flag = Bool(text) else { return false }
            settings[keyPath: path] = flag
        }
        return true
    }
}

extension SettingFault {
    static func unknown(_ source: String, suggestion: String?) -> SettingFault {
        let zh = suggestion.map { "是不是 \($0)？" } ?? "请删去它。"
        let en = suggestion.map { "Did you mean \($0)?" } ?? "Remove it."
        return SettingFault(
            message: Message(
                zh: "\(source)：没有这项设置。\(zh)全部设置见 patrol-gateway --help。",
                en: "\(source): there is no such setting. \(en) `patrol-gateway --help` lists them all."))
    }

    static func stray(_ word: String) -> SettingFault {
        SettingFault(
            message: Message(zh: "“\(word)”：此命令不带参数，请删去。", en: "“\(word)”: the command takes no arguments; remove it."))
    }

    fileprivate static let auditTooShort = SettingFault(
        message: Message(
            zh: "audit-keep-days：审计记录至少保存 183 天（网络安全法第二十一条），0 为永久。",
            en: "audit-keep-days: rows of the audit are kept for 183 days at least, or for ever with 0."))

    fileprivate static func badValue(_ source: String, _ value: String, _ setting: Setting) -> SettingFault {
        // An address of a database may hold a password, also one that is mistyped.
        let value = setting.name == "store" ? "…" : value
        return SettingFault(
            message: Message(
                zh: "\(source)：取值“\(value)”不对，应为 \(setting.permitted)；不填则为 \(setting.defaultText)。",
                en:
                    "\(source): “\(value)” is no good; give \(setting.permitted), or leave it out for \(setting.defaultText)."
            ))
    }

    fileprivate static func repeated(_ source: String) -> SettingFault {
        SettingFault(message: Message(zh: "\(source)：给了两次，请只留一个。", en: "\(source): given twice; keep one."))
    }

    fileprivate static func valueMissing(_ source: String) -> SettingFault {
        SettingFault(
            message: Message(zh: "\(source)：后面缺少取值。", en: "\(source): its value is missing; write one behind it."))
    }

    fileprivate static func badLine(_ source: String) -> SettingFault {
        SettingFault(
            message: Message(zh: "\(source)：应写成 名称 = 值。", en: "\(source): write `name = value`."))
    }

    fileprivate static func unreadable(_ path: String) -> SettingFault {
        SettingFault(
            message: Message(
                zh: "设置文件 \(path) 读不出来。请检查路径、权限，并存为 UTF-8。",
                en: "The file of settings \(path) cannot be read. Check its path and permissions and that it is UTF-8.")
        )
    }
}

/// The name that differs by the fewest letters, if by few enough to be a slip.
func nearest(_ name: String, in names: [String]) -> String? {
    let ranked = names.map { (name: $0, distance: editDistance(Array(name), Array($0))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(2, name.count / 4) else {
        return nil
    }
    return best.name
}

/// Levenshtein's distance.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, right) in b.enumerated() {
            let substituted = diagonal + (left == right ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
        }
    }
    return row[b.count]
}

extension StringProtocol {
    /// Without white space at either end, U+3000 and non-breaking spaces included, which spreadsheets leave behind.
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
