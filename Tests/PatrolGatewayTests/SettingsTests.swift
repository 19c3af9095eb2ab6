import Foundation
import Gateway
import TestSupport
import Testing

@testable import patrol_gateway

@Suite struct SettingsTests {
    private struct NoFile: Error {}

    private func read(
        _ arguments: [String] = [], _ environment: [String: String] = [:], file: String? = nil
    ) -> (settings: Settings, faults: [String]) {
        var faults: [SettingFault] = []
        let settings = Settings.read(
            flags: SplitArguments(arguments).flags, environment: environment,
            readFile: { _ in
                guard let file else { throw NoFile() }
                return file
            }, into: &faults)
        return (settings, faults.map(\.message.en))
    }

    @Test func defaultsFollowTheDataFolder() {
        let plain = read().settings
        #expect(plain.store == "sqlite:data/patrol.db")
        #expect(plain.storeAddress == .sqlite(path: "data/patrol.db"))
        #expect(plain.gateway.photoFolder == "data/photos")
        #expect(plain.gateway.port == GatewaySettings().port)
        let moved = read(["--data", "/srv/patrol"]).settings
        #expect(moved.storeAddress == .sqlite(path: "/srv/patrol/patrol.db"))
        #expect(moved.gateway.photoFolder == "/srv/patrol/photos")
    }

    @Test func flagWinsOverVariableOverFileOverDefault() {
        let file = "# of the county\n port = 1001\nidle-seconds=31 # short\nhost = 10.0.0.1\n"
        let (settings, faults) = read(
            ["--config", "gateway.conf", "--port=1003"],
            ["PATROL_PORT": "1002", "PATROL_IDLE_SECONDS": "32", "HOME": "/root"], file: file)
        #expect(faults.isEmpty)
        #expect(settings.gateway.port == 1003)
        #expect(settings.gateway.idleSeconds == 32)
        #expect(settings.gateway.host == "10.0.0.1")
        #expect(settings.gateway.headerSeconds == GatewaySettings().headerSeconds)
    }

    @Test func everyFaultOfEverySourceIsNamedAtOnce() {
        let (_, faults) = read(
            ["--port", "90x90", "--port", "1", "--host"],
            ["PATROL_CONFIG": "gateway.conf", "PATROL_PROT": "80", "PATROL_TIME_ZONE": "CST"],
            file: "idle-secnds = 3\nphoto-queue = -1\njust words\nhost = a\nhost = b\nconfig = other\n")
        let wanted = [
            "gateway.conf:1 idle-secnds", "gateway.conf:2 photo-queue", "gateway.conf:3", "gateway.conf:5 host",
            "gateway.conf:6 config", "PATROL_PROT", "PATROL_TIME_ZONE", "--port: “90x90”", "--port: given twice",
            "--host: its value is missing",
        ]
        #expect(faults.count == wanted.count, "\(faults)")
        for start in wanted {
            #expect(faults.contains { $0.hasPrefix(start) }, "\(start) is not in \(faults)")
        }
        #expect(faults.contains { $0.contains("Did you mean PATROL_PORT?") })
        #expect(faults.contains { $0.contains("Did you mean idle-seconds?") })
    }

    @Test func unreadableFileIsAFault() {
        #expect(read(["--config", "nowhere"]).faults.count == 1)
    }

    @Test func badSettingsStopTheStart() async {
        let run = await Run(
            ["serve", "--prot", "8080", "--hots=x", "--idle-seconds", "0"], environment: ["PATROL_PORT": "-1"])
        #expect(run.status == 78)
        for name in ["--prot", "--hots", "--idle-seconds", "PATROL_PORT"] {
            #expect(run.err.contains("\(name)："), "in Chinese: \(name)")
            #expect(run.err.contains("\(name):"), "in English: \(name)")
        }
    }

    @Test func nobodyServesOtherMachinesInTheClearByMistake() async {
        let run = await Run(["serve", "--host", "0.0.0.0"])
        #expect(run.status == 78)
        for advice in ["--tls-certificate", "--trusted-proxies", "--plain-http", "--public-url"] {
            #expect(run.err.contains(advice), "\(advice)")
        }
        let named = ["--public-url", "https://patrol.example"]
        for (arguments, isTaken) in [
            ([], true), (["--host", "127.0.0.9"], true), (["--host", "::1"], true), (["--host", "localhost"], true),
            (["--host", "192.0.2.1"], false), (["--host", "patrol.example"], false),
            (["--host", "0.0.0.0"] + named, false),
            (["--host", "192.0.2.1", "--plain-http", "true"], true),
            (["--host", "0.0.0.0", "--plain-http", "true"], false),
            (["--host", "::", "--trusted-proxies", "::1"], false),
            (["--host", "0.0.0.0", "--trusted-proxies", "192.0.2.0/24"] + named, true),
            (["--trusted-proxies", "127.0.0.1"], false), (["--trusted-proxies", "127.0.0.1"] + named, true),
            (["--tls-certificate", "a", "--tls-key", "b", "--host", "192.0.2.1"], true),
            (["--tls-certificate", "a"], false), (["--tls-key", "b"], false),
        ] as [([String], Bool)] {
            let (settings, faults) = read(arguments)
            #expect(faults.isEmpty && settings.servingFaults.isEmpty == isTaken, "\(arguments)")
        }
    }

    @Test func edgeSettingsThatNameNothingAreFaults() {
        let (_, faults) = read([
            "--trusted-proxies", "example", "--public-url", "patrol.example", "--forwarded-header", "via",
        ])
        #expect(faults.count == 3)
        #expect(read(["--public-url", "https://patrol.example:8443, http://10.0.0.1"]).faults.isEmpty)
        for origin in ["https://", "ftp://a", "https://a/b", "https://u@a", "https://a?b", "https://a,b"] {
            #expect(read(["--public-url", origin]).faults.count == 1, "\(origin)")
        }
    }

    @Test func aCertificateThatCannotBeUsedStopsTheStart() async throws {
        try await withTemporaryFolder { folder in
            let run = await Run([
                "serve", "--data", folder.path, "--tls-certificate", folder.path + "/none", "--tls-key", "none",
            ])
            #expect(run.status == 65 && run.err.contains(folder.path + "/none"))
        }
    }

    @Test func unknownCommandIsAUsageFault() async {
        #expect(await Run(["sevre"]).status == 64)
        #expect(await Run(["sevre"], environment: ["PATROL_X": "1"]).status == 78)
    }

    @Test(arguments: [["--help"], ["serve", "--help"], []])
    func helpListsEverySettingWithItsDefault(_ arguments: [String]) async {
        let run = await Run(arguments)
        #expect(run.status == 0)
        for setting in Setting.all {
            #expect(run.out.contains("  \(setting.flag) "))
            #expect(run.out.contains("default \(setting.defaultText)"))
        }
    }

    @Test func namesAreUniqueAndDefaultsAreValid() {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        let given = Setting.all.filter { $0.derivedDefault == nil && $0.defaultText != "–" }
            .flatMap { [$0.flag, $0.defaultText] }
        #expect(read(given).faults.isEmpty)
    }

    @Test func tableHasARowForEverySetting() {
        let lines = settingsMarkdown().split(separator: "\n")
        #expect(lines.count == Setting.all.count + 2)
        for (setting, line) in zip(Setting.all, lines.dropFirst(2)) {
            #expect(line.hasPrefix("| `\(setting.flag)` | `\(setting.variable)` |"))
        }
    }

    private static let readme = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "README.md")

    @Test(.enabled(if: FileManager.default.fileExists(atPath: readme.path), "the README is written last"))
    func readmeContainsTheTable() throws {
        let readme = try String(contentsOf: Self.readme, encoding: .utf8)
        #expect(
            readme.contains(settingsMarkdown()), "run `patrol-gateway settings` and put what it prints into the README")
    }
}
