import Foundation
import NIOCore

/// An internet address of either version. Version 4 is kept in its mapped form (RFC 4291, 2.5.5.2), so that one host has
/// one value whichever socket it came through.
package struct IPAddress: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    private static let mappedPrefix: UInt64 = 0xFFFF_0000_0000

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter text: without brackets, port or zone.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(six)
        } else {
            return nil
        }
    }

    /// The other end of a connection; nil where it has no such address.
    init?(_ address: SocketAddress?) {
        switch address {
        case .v4(let address): self.init(address.address.sin_addr)
        case .v6(let address): self.init(address.address.sin6_addr)
        default: return nil
        }
    }

    private init(_ four: in_addr) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(UInt32(bigEndian: four.s_addr)))
    }

    private init(_ six: in6_addr) {
        (high, low) = withUnsafeBytes(of: six) {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    var isVersion4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// Reached from this machine alone.
    package var isLoopback: Bool { isVersion4 ? low >> 24 & 0xFF == 127 : self == IPAddress(high: 0, low: 1) }

    /// Every address of this machine.
    package var isWildcard: Bool { high == 0 && (low == 0 || low == Self.mappedPrefix) }

    /// What one household or firm is given: an address of version 4, 64 bits of version 6.
    var subscriber: IPAddress { isVersion4 ? self : masked(64) }

    /// The leading bits; the others are 0.
    fileprivate func masked(_ bits: Int) -> IPAddress {
        let first = bits >= 64 ? high : high & ~(UInt64.max >> bits)
        let second = bits >= 128 ? low : bits <= 64 ? 0 : low & ~(UInt64.max >> (bits - 64))
        return IPAddress(high: first, low: second)
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        if isVersion4 { return [24, 16, 8, 0].map { String(low >> $0 & 0xFF) }.joined(separator: ".") }
        var six = in6_addr()
        withUnsafeMutableBytes(of: &six) {
            $0.storeBytes(of: high.bigEndian, as: UInt64.self)
            $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &six, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Addresses with the same leading bits: `10.0.0.0/8`, or one address alone.
struct IPAddressRange: Hashable, Sendable {
    private let first: IPAddress
    private let bits: Int

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let most = address.isVersion4 ? 32 : 128
        guard let length = parts.count == 2 ? Int(parts[1]) : most, (0...most).contains(length) else { return nil }
        bits = length + 128 - most
        self.first = address.masked(bits)
    }

    func contains(_ address: IPAddress) -> Bool { address.masked(bits) == first }
}
