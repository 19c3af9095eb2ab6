import Foundation

/// What a raw connection heard.
struct Heard: Sendable {
    let bytes: [UInt8]
    /// The other side closed the connection before the wait was over.
    let isClosed: Bool
    let seconds: Double

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Of every answer in it, in order.
    var statuses: [String] { text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) } }
}

enum SocketFailure: Error {
    case system(operation: String, code: Int32)
}

/// Says something on a connection of its own, goes on dripping if asked, and listens until the other side closes it.
/// - Parameters:
///   - waiting: seconds after which listening ends.
///   - drip: sent again and again, every tenth of a second.
func exchange(_ said: String, port: Int, waiting: Double, drip: String = "") async throws -> Heard {
    try await exchange(Array(said.utf8), port: port, waiting: waiting, drip: drip)
}

func exchange(_ said: [UInt8], port: Int, waiting: Double, drip: String = "") async throws -> Heard {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try converse(said, port: port, waiting: waiting, drip: drip) })
        }
    }
}

/// A connection that says what it is told and listens only when asked.
final class RawConnection: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try check("socket", descriptor)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try check(
            "connect",
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            })
    }

    deinit { close(descriptor) }

    /// A connection that was closed meanwhile shows when listening.
    func say(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    /// - Returns: what came within the milliseconds, nil if nothing did, empty where the other side closed.
    func hear(within milliseconds: Int32) -> [UInt8]? {
        var waits = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waits, 1, milliseconds) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }
}

private func converse(_ said: [UInt8], port: Int, waiting: Double, drip: String) throws -> Heard {
    let connection = try RawConnection(port: port)
    let start = Date()
    connection.say(said)
    var heard: [UInt8] = []
    var isClosed = false
    while !isClosed, Date().timeIntervalSince(start) < waiting {
        guard let bytes = connection.hear(within: 100) else {
            connection.say(Array(drip.utf8))
            continue
        }
        heard += bytes
        isClosed = bytes.isEmpty
    }
    return Heard(bytes: heard, isClosed: isClosed, seconds: Date().timeIntervalSince(start))
}

private func check(_ operation: String, _ outcome: Int32) throws {
    guard outcome >= 0 else { throw SocketFailure.system(operation: operation, code: errno) }
}

/// True as soon as the condition holds; false if it does not within ten seconds.
func eventually(_ condition: () throws -> Bool) async throws -> Bool {
    for _ in 0..<200 {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}
