import Crypto
import Foundation
import Testing

@testable import fieldcli

/// Proofs and record signatures against an implementation that shares nothing with ours.
struct DeviceProofTests {
    private struct Claims: Decodable, Equatable {
        let jti: String
        let htm: String
        let htu: String
        let iat: Int64
        let nonce: String?
        let ath: String?
        let thumbprint: String
    }

    /// - Returns: what the script printed; nil where it failed.
    private func python(_ arguments: [String], input: String = "") throws -> String? {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Proofs/proof.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script.path] + arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let printed = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: printed, as: UTF8.self) : nil
    }

    @Test func `item 16 · another implementation finds our proofs sound, and a changed one not`() throws {
        let key = DeviceKey()
        let proof = DeviceProof(
            method: "PUT", url: "https://巡格.example/v1/reports/1?a=b#c", seconds: 1_772_700_000, nonce: "n-1",
            token: "token")
        let text = try proof.signed(by: key)
        let claims = try JSONDecoder().decode(
            Claims.self, from: Data(try #require(try python(["verify"], input: text)).utf8))
        #expect(claims.htm == "PUT" && claims.htu == "https://巡格.example/v1/reports/1" && claims.iat == 1_772_700_000)
        #expect(claims.nonce == "n-1" && claims.jti.count == 22 && claims.thumbprint == key.jwk.thumbprint)
        #expect(claims.ath == base64URL(SHA256.hash(data: Data("token".utf8))))
        var parts = text.split(separator: ".").map(String.init)
        parts[1] = base64URL(Data("{\"htm\":\"GET\"}".utf8))
        #expect(try python(["verify"], input: parts.joined(separator: ".")) == nil)
    }

    @Test func `item 16 · a proof of another implementation reads as sound here`() throws {
        let made = try #require(try python(["make", "PUT", "https://g.example/x"]))
        let proof = try #require(ReceivedProof(made.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(proof.isSigned && proof.payload.htu == "https://g.example/x")
    }

    @Test func `a record's signature holds for another implementation, for this record alone`() throws {
        let key = DeviceKey()
        let proof = try DeviceProof(method: "GET", url: "http://g", seconds: 1, nonce: nil, token: nil).signed(by: key)
        let signature = try RecordSigner(key: key, person: "P1").sign(report: "r-1", sha256: "abc")
        let input = "\(proof)\n\(signature.value)\n"
        #expect(try python(["record", "patrol-record-v1\nP1\nr-1\nabc"], input: input) != nil)
        #expect(try python(["record", "patrol-record-v1\nP2\nr-1\nabc"], input: input) == nil)
        #expect(signature.key == key.jwk.thumbprint && signature.field == "sig=:\(signature.value):, person=\"P1\"")
    }
}
