import Foundation

/// The desktop's keyring (Secret Service over D-Bus), spoken to by Debian's `secret-tool`. Holds a random key under which
/// the device's own is encrypted; the key itself never passes through here.
struct Keyring: Sendable {
    let home: Home
    let environment: [String: String]

    /// A keyring may ask its owner to unlock it.
    private static let patience: TimeInterval = 60

    /// Keeps a secret, and proves that it comes back.
    /// - Returns: whether there is a keyring and it took the secret.
    func keep(_ secret: Data) -> Bool {
        let label = "--label=Grid Patrol device key"
        guard run(["store", label], input: Data(secret.base64EncodedString().utf8)) != nil else { return false }
        return lookUp() == secret
    }

    /// - Returns: nil where there is no keyring, it stays locked, or it has nothing of this handheld.
    func lookUp() -> Data? {
        guard var found = run(["lookup"]) else { return nil }
        defer { wipe(&found) }
        return Data(base64Encoded: found, options: .ignoreUnknownCharacters).flatMap { $0.isEmpty ? nil : $0 }
    }

    func forget() { _ = run(["clear"]) }

    /// - Returns: what `secret-tool` printed; nil where it is missing, fails or takes too long.
    private func run(_ action: [String], input: Data = Data()) -> Data? {
        guard environment["DBUS_SESSION_BUS_ADDRESS"]?.isEmpty == false, let tool = tool else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = action + ["application", "fieldcli", "home", home.folder]
        process.environment = environment
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let overdue = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience, execute: overdue)
        defer { overdue.cancel() }
        try? stdin.fileHandleForWriting.write(contentsOf: input)
        try? stdin.fileHandleForWriting.close()
        let printed = try? stdout.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        return process.terminationReason == .exit && process.terminationStatus == 0 ? printed ?? Data() : nil
    }

    private var tool: String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/secret-tool" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}
