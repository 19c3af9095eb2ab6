import Foundation

/// What a raw connection heard.
struct Heard: Sendable {
    let text: String
    /// The other side closed the connection before the wait was over.
    let isClosed: Bool
    let seconds: Double
}

enum SocketFailure: Error {
    case system(operation: String, code: Int32)
}

/// Says something on a connection of its own, goes on dripping if asked, and listens until the other side closes it.
/// - Parameters:
///   - waiting: seconds after which listening ends.
///   - drip: sent again and again, every tenth of a second.
func exchange(_ said: String, port: Int, waiting: Double, drip: String = "") async throws -> Heard {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try converse(said, port: port, waiting: waiting, drip: drip) })
        }
    }
}

private func converse(_ said: String, port: Int, waiting: Double, drip: String) throws -> Heard {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try check("socket", descriptor)
    defer { close(descriptor) }
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
    let start = Date()
    say(said, to: descriptor)
    var heard: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var isClosed = false
    while !isClosed, Date().timeIntervalSince(start) < waiting {
        var waits = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waits, 1, 100) > 0 else {
            say(drip, to: descriptor)
            continue
        }
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { heard += buffer.prefix(count) } else { isClosed = true }
    }
    return Heard(
        text: String(decoding: heard, as: UTF8.self), isClosed: isClosed, seconds: Date().timeIntervalSince(start))
}

/// A connection that was closed meanwhile shows when listening.
private func say(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent > 0 else { return }
        rest = rest.dropFirst(sent)
    }
}

private func check(_ operation: String, _ outcome: Int32) throws {
    guard outcome >= 0 else { throw SocketFailure.system(operation: operation, code: errno) }
}
