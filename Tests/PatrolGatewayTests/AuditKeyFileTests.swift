import Crypto
import Foundation
import Store
import Testing

@testable import patrol_gateway

@Suite("The key that heads of the audit are signed with")
struct AuditKeyFileTests {
    @Test("gateways that start at once over one folder get the same key, and leave nothing else behind")
    func startedAtOnce() async throws {
        for _ in 0..<20 {
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let keys = try await withThrowingTaskGroup(of: Data.self) { tasks in
                for _ in 0..<8 {
                    tasks.addTask { try AuditKeyFile(folder: folder.path).key().publicKey.x963Representation }
                }
                return try await tasks.reduce(into: Set<Data>()) { $0.insert($1) }
            }
            #expect(keys.count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["audit-key.pem"])
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/audit-key.pem")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }
}
