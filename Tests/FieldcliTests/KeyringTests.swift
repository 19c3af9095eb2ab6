import Foundation
import Testing
import Wire

@testable import fieldcli

private let hasKeyring = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
}

/// The device's key under the desktop's keyring: a real Secret Service on a D-Bus session of its own.
@Suite(.enabled(if: hasKeyring, "needs dbus-run-session, gnome-keyring and secret-tool"))
struct KeyringTests {
    /// Runs commands one after the other in a session whose keyring is open.
    private func run(_ commands: [[String]], _ temporary: TemporaryHome) async throws -> (
        status: Int32, printed: String
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/dbus-run-session")
        let calls = commands.map { call in
            ([BuiltProgram.url.path] + call + ["--home", temporary.home.folder]).map { "'\($0)'" }.joined(
                separator: " ")
        }
        // The daemon outlives the session by a moment: it must not hold what tells that the session has ended.
        let open = """
            (for fd in /proc/$BASHPID/fd/*; do [ ${fd##*/} -lt 3 ] || eval "exec ${fd##*/}>&-"; done
            printf open | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1)
            """
        process.arguments = ["--", "/bin/bash", "-c", ([open] + calls).joined(separator: " && ")]
        let desktop = temporary.home.folder + "/desktop"
        try Storage.makeFolder(desktop)
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": desktop, "XDG_RUNTIME_DIR": desktop, "FIELDCLI_PASSWORD": "p",
            "LANG": "en_US.UTF-8",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        let printed = output.fileHandleForReading.availableData
        return (process.terminationStatus, String(decoding: printed, as: UTF8.self))
    }

    @Test(.timeLimit(.minutes(3)))
    func `where there is a keyring, it holds what the key is encrypted under, and the file alone opens nothing`()
        async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            let url = address.url.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let code = "gridpatrol:enrol?gateway=\(url)&code=\(String(repeating: "ABCDEFGH234567", count: 2))"
            let ran = try await run([["enroll", code], ["login", "w1"]], temporary)
            #expect(ran.status == 0, "\(ran.printed)")
            #expect(!ran.printed.contains("not encrypted"))
            let bytes = try Storage.read("\(temporary.home.folder)/\(KeyFile.name)")
            let file = try #require(KeyFile(bytes))
            #expect(file.protection == .keyring && file.open([UInt8]()) == nil)
            #expect(desk.now.keys.count == 1)
            #expect(try #require(throws: Failure.self) { try temporary.keys().load() }.code == "keyring-locked")
        }
    }
}
