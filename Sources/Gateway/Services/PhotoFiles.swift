import Crypto
import Foundation
import Hummingbird
import Store

/// The photos' bytes on disk, by content. What a function here has returned from is on disk and stays.
///
/// Files are written aside, synced, renamed, and the folder is synced: a name never shows a half-written file, and an
/// acknowledged one survives a power cut. All functions block.
struct PhotoFiles: Sendable {
    let folder: String

    enum Kind: String, CaseIterable, Sendable {
        case original, large, thumbnail
    }

    private static let staleSeconds = 86_400.0

    enum Failure: Error, Equatable {
        case system(operation: String, code: Int32)

        var isDiskFull: Bool {
            switch self {
            case .system(_, let code): code == ENOSPC || code == EDQUOT
            }
        }
    }

    /// Makes every folder there will ever be, so that no photo depends on a folder whose own name is not on disk yet,
    /// and removes what uploads of another day left unfinished; a younger one may belong to a gateway that still runs.
    init(folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder + "/incoming", withIntermediateDirectories: true)
        for kind in Kind.allCases {
            for first in 0..<256 {
                let path = directory(kind, hexadecimal([UInt8(first)]))
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            try syncFolder("\(folder)/\(kind.rawValue)")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/incoming") {
            let path = "\(folder)/incoming/\(name)"
            let changed = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            if let changed, changed.timeIntervalSinceNow < -Self.staleSeconds { unlink(path) }
        }
        try syncFolder(folder)
        try syncFolder(folder + "/..")
    }

    /// Where a photo lies; two levels, so that no folder grows past what file systems like.
    func path(_ kind: Kind, _ sha256: String) -> String { "\(directory(kind, sha256))/\(sha256).jpg" }

    private func directory(_ kind: Kind, _ sha256: String) -> String {
        "\(folder)/\(kind.rawValue)/\(sha256.prefix(2))"
    }

    func exists(_ kind: Kind, _ sha256: String) -> Bool { access(path(kind, sha256), F_OK) == 0 }

    /// A file that is still being received.
    func makeIncoming() throws -> IncomingFile { try IncomingFile(path: "\(folder)/incoming/\(UUID().uuidString)") }

    /// Gives a received file its name. Replaces an equal one.
    func keep(_ incoming: IncomingFile, as kind: Kind, _ sha256: String) throws {
        try incoming.sync()
        try check("rename", rename(incoming.path, path(kind, sha256)))
        try syncFolder(directory(kind, sha256))
        incoming.close()
    }

    /// Writes bytes that were made here.
    func write(_ bytes: [UInt8], as kind: Kind, _ sha256: String) throws {
        let incoming = try makeIncoming()
        do {
            try bytes.withUnsafeBytes { try incoming.write($0) }
            try keep(incoming, as: kind, sha256)
        } catch {
            incoming.discard()
            throw error
        }
    }

}

/// Puts a folder's names on disk: without this a new or renamed file may be gone after a power cut.
public func syncFolder(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try check("open", descriptor)
    defer { close(descriptor) }
    try check("fsync", fsync(descriptor))
}

/// One upload's file, open until it is kept or discarded, once. Its descriptor belongs to one request alone.
struct IncomingFile: Sendable {
    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        try check("open", descriptor)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = Foundation.write(descriptor, start, rest.count)
            if written < 0, errno == EINTR { continue }
            try check("write", Int32(clamping: written))
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    func sync() throws { try check("fsync", fsync(descriptor)) }

    func close() { _ = Foundation.close(descriptor) }

    /// Removes the file, if it is still there under this name.
    func discard() {
        close()
        unlink(path)
    }
}

private func check(_ operation: String, _ outcome: Int32) throws {
    guard outcome >= 0 else { throw PhotoFiles.Failure.system(operation: operation, code: errno) }
}
