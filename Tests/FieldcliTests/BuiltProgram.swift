import Foundation

@testable import fieldcli

/// The program as it was built, in a process of its own.
struct BuiltProgram {
    /// Beside the test runner in the build folder.
    static let url = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("fieldcli")

    let process = Process()
    private let output = Pipe()

    /// - Parameter environment: besides that of the tests.
    init(_ arguments: [String], in home: Home, environment: [String: String] = [:], hearsRemarks: Bool = false) throws {
        process.executableURL = Self.url
        process.arguments = arguments + ["--home", home.folder]
        process.standardOutput = output
        process.standardError = hearsRemarks ? output : FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        try process.run()
    }

    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Waits for the end of the process.
    /// - Returns: what it printed, by lines.
    func lines() throws -> [String] {
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// As `lines`, leaving the thread to others meanwhile: the gateway under test runs in this process.
    func end() async throws {
        while process.isRunning { try await Task.sleep(for: .milliseconds(2)) }
    }

    var wasKilled: Bool { process.terminationReason == .uncaughtSignal }
}
