import Crypto
import Foundation
import Glibc
import Testing

@testable import fieldcli

/// The device's key on the medium and in memory.
struct KeyFileTests {
    /// Quick to try again and again; the program's own is `KeyFile.usualRounds`.
    private static let rounds = 10

    private func seal(_ key: DeviceKey, _ protection: KeyProtection, _ secret: String = "") throws -> KeyFile {
        try KeyFile(sealing: key, under: protection, Array(secret.utf8), logRounds: Self.rounds)
    }

    @Test(arguments: KeyProtection.allCases)
    func `a key that was put away comes back the same`(protection: KeyProtection) throws {
        let key = DeviceKey()
        let file = try seal(key, protection, "巡格-2026")
        #expect(file.open(Array("巡格-2026".utf8))?.jwk == key.jwk)
        #expect(KeyFile(file.bytes) == file)
        #expect(try seal(key, protection, "巡格-2026") != file, "salt and nonce are never used twice")
    }

    @Test func `no passphrase but the right one ever yields a key`() throws {
        let file = try seal(DeviceKey(), .passphrase, "correct horse")
        var random = SeededRandom(seed: 44)
        let near = ["", "correct hors", "correct horse ", "Correct horse", "correct\u{0}horse"]
        for wrong in near + (0..<20).map({ _ in String(random.next(), radix: 36) }) {
            #expect(file.open(Array(wrong.utf8)) == nil, "\(wrong)")
        }
        #expect(file.open(Array("correct horse".utf8)) != nil)
    }

    @Test(arguments: KeyProtection.allCases)
    func `no flipped bit and no cut file ever yields a key`(protection: KeyProtection) throws {
        let file = try seal(DeviceKey(), protection, "p")
        for index in file.bytes.indices {
            for bit in 0..<8 {
                // A larger N only takes longer to fail.
                if index == 6, file.bytes[6] ^ (1 << bit) > 12 { continue }
                var bytes = file.bytes
                bytes[index] ^= 1 << bit
                #expect(KeyFile(bytes)?.open(Array("p".utf8)) == nil, "byte \(index), bit \(bit)")
            }
        }
        for length in 0..<file.bytes.count { #expect(KeyFile(Array(file.bytes.prefix(length))) == nil) }
        #expect(KeyFile(file.bytes + [0]) == nil)
    }

    @Test func `the file is its owner's alone, and the words of a damaged one say what to do`() throws {
        let temporary = try TemporaryHome()
        let keys = temporary.keys(["FIELDCLI_PASSPHRASE": "巡格"])
        #expect(try keys.load() == nil)
        let (key, protection) = try keys.make()
        #expect(protection == .passphrase)
        #expect(try keys.load()?.jwk == key.jwk)
        let path = "\(temporary.home.folder)/\(KeyFile.name)"
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        let wrong = try #require(throws: Failure.self) { try temporary.keys(["FIELDCLI_PASSPHRASE": "巡"]).load() }
        #expect(wrong.code == "wrong-passphrase" && wrong.message.en.contains("--new-key"))
        try Storage.replace(KeyFile.name, in: temporary.home.folder, with: [1, 2, 3])
        #expect(try #require(throws: Failure.self) { try keys.load() }.code == "key-damaged")
    }

    @Test func `item 39 · a destroyed key's bytes are overwritten before its name goes`() throws {
        let temporary = try TemporaryHome()
        let keys = temporary.keys()
        #expect(try keys.make().1 == .none)
        let path = "\(temporary.home.folder)/\(KeyFile.name)"
        // Another name for the same bytes, as a thief's undelete would find them.
        #expect(link(path, path + ".found") == 0)
        let before = try Storage.read(path)
        try keys.destroy()
        #expect(try Storage.readIfPresent(path) == nil)
        #expect(try Storage.read(path + ".found") == Array(repeating: 0, count: before.count))
        #expect(try keys.load() == nil)
        try keys.destroy()
    }

    @Test func `item 39 · the memory in which the key's number lay is overwritten`() throws {
        var number = DeviceKey().withNumber { Array($0) }
        number.withUnsafeMutableBytes { memory in
            guard let start = memory.baseAddress else { return }
            var secret = Data(bytesNoCopy: start, count: memory.count, deallocator: .none)
            #expect(secret.contains { $0 != 0 })
            wipe(&secret)
            #expect(memory.allSatisfy { $0 == 0 } && secret.isEmpty)
        }
    }
}
