import Foundation
import Glibc

@testable import fieldcli

/// What another process of ours has in its writable memory.
struct ProcessMemory {
    private let folder: String

    init(of process: Int32) { folder = "/proc/\(process)" }

    /// How often these bytes stand there.
    func count(of needle: [UInt8]) -> Int {
        let maps = (try? Storage.read(folder + "/maps")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard let memory = try? OpenFile(reading: folder + "/mem") else { return 0 }
        return maps.split(separator: "\n").reduce(0) { sum, line in
            let fields = line.split(separator: " ")
            let ends = (fields.first ?? "").split(separator: "-").compactMap { Int($0, radix: 16) }
            guard ends.count == 2, fields.count > 1, fields[1].hasPrefix("rw") else { return sum }
            return sum + Self.count(needle, in: read(memory.descriptor, ends[0], ends[1] - ends[0]))
        }
    }

    private func read(_ descriptor: Int32, _ start: Int, _ length: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, length, start))
        }
    }

    private static func count(_ needle: [UInt8], in bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { memory in
            guard let start = memory.baseAddress else { return 0 }
            var count = 0
            var from = 0
            while from + needle.count <= memory.count,
                let hit = memchr(start + from, Int32(needle[0]), memory.count - needle.count + 1 - from)
            {
                if memcmp(hit, needle, needle.count) == 0 { count += 1 }
                from = UnsafeRawPointer(hit) - start + 1
            }
            return count
        }
    }
}
