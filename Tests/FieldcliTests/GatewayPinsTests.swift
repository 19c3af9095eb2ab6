import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import Testing
import Wire
import X509

@testable import fieldcli

/// The gateway's key, pinned, against a real TLS server.
struct GatewayPinsTests {
    private static let day = 86_400.0
    /// Seconds from now: today's, expired yesterday, years ahead of this device's clock.
    private static let validities = [-day...day, -2 * day ... -day, 1_825 * day...2_190 * day]

    private struct Server {
        let tls: TLSConfiguration
        /// What an enrolment names.
        let pin: String
    }

    private func server(name: String = "localhost", from: Double = -3_600, until: Double = 86_400) throws -> Server {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName(name) }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: .now + from,
            notValidAfter: .now + until, issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                SubjectAlternativeNames([.dnsName(name)])
            }, issuerPrivateKey: .init(key))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        let leaf = try NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der)
        return Server(
            tls: .makeServerConfiguration(
                certificateChain: [.certificate(leaf)],
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der))),
            pin: "sha256/" + base64URL(SHA256.hash(data: key.publicKey.derRepresentation)))
    }

    /// Logs in, with the password.
    private func login(_ address: GatewayAddress, _ pins: [String]) async throws -> Exchange {
        try await GatewayClient.use(
            address, access: Access(key: DeviceKey()), keys: pins, language: .english, clock: .specimen
        ) { await $0.login(Login(name: "w1", password: "secret")) }
    }

    private func isAnswered(_ exchange: Exchange) -> Bool { if case .answer = exchange { true } else { false } }

    @Test(arguments: GatewayPinsTests.validities)
    func `item 17 · the pinned key is enough, whatever the certificate's dates and this device's clock say`(
        validity: ClosedRange<Double>
    ) async throws {
        let server = try server(from: validity.lowerBound, until: validity.upperBound)
        try await ScriptedGateway.serve(tls: server.tls, { _ in .problem(401, "wrong-credentials") }) {
            gateway, address in
            let taken = try await login(address, ["sha256/other", server.pin])
            #expect(isAnswered(taken) && gateway.lines == ["POST /v1/login"], "\(taken)")
        }
    }

    @Test func `item 19 · a server with another key is sent nothing, though its certificate looks right`() async throws
    {
        let (right, wrong) = (try server(), try server())
        try await ScriptedGateway.serve(tls: wrong.tls, { _ in .problem(401, "wrong-credentials") }) {
            gateway, address in
            for _ in 0..<3 {
                let refused = try await login(address, [right.pin])
                #expect(!isAnswered(refused))
            }
            // The same server answers whoever knows its key: it was there, and had heard nothing before.
            let taken = try await login(address, [wrong.pin])
            #expect(isAnswered(taken) && gateway.lines == ["POST /v1/login"])
        }
    }

    @Test func `item 19 · the right key under another name is sent nothing`() async throws {
        let server = try server(name: "elsewhere.example")
        try await ScriptedGateway.serve(tls: server.tls, { _ in .problem(401, "wrong-credentials") }) {
            gateway, address in
            let refused = try await login(address, [server.pin])
            #expect(!isAnswered(refused) && gateway.lines.isEmpty)
        }
    }

    @Test func `without a pin certificates are judged as usual`() async throws {
        let server = try server()
        try await ScriptedGateway.serve(tls: server.tls, { _ in .problem(401, "wrong-credentials") }) {
            gateway, address in
            let refused = try await login(address, [])
            #expect(!isAnswered(refused) && gateway.lines.isEmpty)
        }
    }
}
