import Testing

@testable import Gateway

@Suite("Secrets")
struct SecretsTests {
    @Test("a secret has as many bytes as were asked for, and no two are alike", arguments: [0, 1, 7, 8, 16, 32, 33])
    func counts(count: Int) {
        let many = (0..<64).map { _ in Secrets.bytes(count) }
        #expect(many.allSatisfy { $0.count == count })
        if count >= 8 { #expect(Set(many).count == many.count) }
    }

    @Test("every byte of a secret takes every value")
    func everyByte() {
        // Each of 33 places misses some value in 256 × 33 × (255/256)^8192 of all runs: less than one in 10^9.
        let many = (0..<8_192).map { _ in Secrets.bytes(33) }
        for place in 0..<33 { #expect(Set(many.map { $0[place] }).count == 256) }
    }

    @Test("a token has 256 bits, a salt 128")
    func lengths() {
        #expect(Secrets.token().utf8.count == 43)
        #expect(Secrets.salt().utf8.count == 22)
    }
}
