import Patrol
import Wire

/// The gateway's time as the handheld last heard it, with its own uptime of that moment: whatever the wall clock says
/// later, the time of a record can be counted on from here.
struct HeardTime: Codable, Equatable, Sendable {
    /// RFC 3339.
    let time: String
    let bootId: String?
    let uptimeMilliseconds: Int64?

    static let file = "heard.json"

    var onWire: PatrolReport.Heard {
        PatrolReport.Heard(time: time, bootId: bootId, uptimeMilliseconds: uptimeMilliseconds)
    }
}

/// The handheld's clocks as they go along with what is sent, and the gateway's as it comes back.
struct DeviceClock: Sendable {
    let moment: @Sendable () -> Moment
    /// Where what was heard is kept; nil for nowhere.
    let home: Home?

    static let header = "Patrol-Device-Clock"

    /// Read when a request goes out: with the uptime at which a record was made it says how long ago that was.
    var field: String {
        let moment = moment()
        var members = ["wall=\"\(moment.wallClock.rfc3339)\""]
        if let bootID = moment.bootID, let uptime = moment.uptimeMilliseconds {
            members = ["boot=\"\(bootID)\"", "uptime=\(uptime)"] + members
        }
        return members.joined(separator: ", ")
    }

    /// The gateway's time now, counted on from when it was last heard; nil after a restart of the device.
    var gatewayTime: Instant? {
        guard let home, let heard = try? home.load(HeardTime.self, HeardTime.file),
            let time = Instant(rfc3339: heard.time), let then = heard.uptimeMilliseconds, let bootID = heard.bootId
        else { return nil }
        let moment = moment()
        guard moment.bootID == bootID, let uptime = moment.uptimeMilliseconds else { return nil }
        return time.adding(milliseconds: uptime - then)
    }

    /// Takes note of an answer's `Date`. What cannot be kept is only a help that is missing later.
    func hear(date: String?) {
        guard let home, let time = date.flatMap({ Instant(httpDate: $0) }) else { return }
        let moment = moment()
        try? home.save(
            HeardTime(
                time: time.rfc3339, bootId: moment.bootID, uptimeMilliseconds: moment.uptimeMilliseconds),
            HeardTime.file)
    }
}

extension Instant {
    /// `Sat, 21 Nov 2026 13:37:06 GMT`, the only form that servers send (RFC 9110 5.6.7); nil for any other.
    init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            parts[1].utf8.count == 2, parts[3].utf8.count == 4
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        self.init(rfc3339: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
