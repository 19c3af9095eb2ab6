import NIOCore
import Testing

@testable import Gateway

@Suite("Who keeps up and who does not")
struct PeerPaceTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func pace() -> PeerPace {
        var limits = ConnectionLimits()
        limits.headTime = .seconds(10)
        limits.idleTime = .seconds(60)
        limits.minimumRate = 1_000
        var pace = PeerPace(limits, at: Self.start)
        pace.waits(at: Self.start)
        return pace
    }

    private func at(_ seconds: Int64) -> NIODeadline { Self.start + .seconds(seconds) }

    /// A byte each second, and then a look.
    private func drip(_ pace: inout PeerPace, from first: Int64, until last: Int64) -> PeerPace.Slowness? {
        for second in first...last {
            pace.heard(1, at: at(second))
            pace.waits(at: at(second))
            if let slowness = pace.slowness(unread: 0, at: at(second)) { return slowness }
        }
        return nil
    }

    @Test("A head has its time from the first byte, however it drips; between requests nobody hurries")
    func heads() {
        var pace = pace()
        #expect(drip(&pace, from: 1, until: 10) == nil)
        #expect(drip(&pace, from: 11, until: 11) == .head)
        pace.headEnded()
        pace.messageEnded()
        #expect(pace.slowness(unread: 0, at: at(50)) == nil)
        #expect(drip(&pace, from: 51, until: 61) == nil)
        #expect(drip(&pace, from: 62, until: 62) == .head)
    }

    @Test("The handshake does not eat into the head's time")
    func handshake() {
        var pace = pace()
        #expect(drip(&pace, from: 1, until: 9) == nil)
        pace.becameSecure(at: at(9))
        #expect(drip(&pace, from: 10, until: 19) == nil)
        #expect(drip(&pace, from: 20, until: 20) == .head)
    }

    @Test("A body must reach the rate on average, and has some seconds to begin with")
    func bodies() {
        var pace = pace()
        pace.heard(100, at: at(1))
        pace.headEnded()
        pace.waits(at: at(1))
        #expect(drip(&pace, from: 2, until: 16) == nil)
        #expect(drip(&pace, from: 17, until: 17) == .body)
        var quick = self.pace()
        quick.headEnded()
        quick.heard(60_000, at: at(1))
        quick.waits(at: at(1))
        #expect(quick.slowness(unread: 0, at: at(59)) == nil)
        #expect(quick.slowness(unread: 0, at: at(61)) == .body)
    }

    @Test("While the gateway is busy with what came, the sender's time stands still")
    func busyGateway() {
        var pace = pace()
        pace.headEnded()
        pace.heard(1_000, at: at(1))
        #expect(pace.slowness(unread: 0, at: at(1_000)) == nil)
        pace.waits(at: at(1_000))
        #expect(pace.slowness(unread: 0, at: at(1_010)) == nil)
    }

    @Test("An answer must be taken at the rate, over the idle time")
    func readers() {
        var pace = pace()
        pace.headEnded()
        pace.messageEnded()
        pace.wrote(500_000)
        #expect(pace.slowness(unread: 400_000, at: at(1)) == nil)
        #expect(pace.slowness(unread: 400_000, at: at(61)) == nil)
        #expect(pace.slowness(unread: 400_000, at: at(62)) == .reading)
        var steady = self.pace()
        steady.headEnded()
        steady.messageEnded()
        steady.wrote(500_000)
        for minute in 0..<4 {
            #expect(steady.slowness(unread: 400_000 - minute * 70_000, at: at(Int64(1 + minute * 61))) == nil)
        }
        #expect(steady.slowness(unread: 0, at: at(500)) == nil)
    }
}
