// Declares `timespec` once a package with C headers of its own is imported anywhere in the module.
import CoreFoundation
import Foundation
import Glibc
import Patrol

/// What the handheld knows of the time at which a record is made: a wall clock that somebody may have set wrong, and
/// an uptime that nobody can set. Together they let the gateway put records in order and correct the clock.
struct Moment: Equatable, Sendable {
    let wallClock: Instant
    let bootID: String?
    let uptimeMilliseconds: Int64?

    static func now() -> Moment {
        Moment(wallClock: wallClockNow(), bootID: currentBootID, uptimeMilliseconds: uptimeNow())
    }

    static func wallClockNow() -> Instant {
        Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
    }

    /// Counts on while the device sleeps, unlike `CLOCK_MONOTONIC`.
    private static func uptimeNow() -> Int64? {
        var time = timespec()
        guard clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return nil }
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static let currentBootID: String? = {
        guard let bytes = try? Storage.read("/proc/sys/kernel/random/boot_id") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty || text.utf8.count > 64 ? nil : text
    }()
}
