import Crypto
import Intake
import Patrol
import Store

/// A visit that happened, before it is written down as a handheld writes it.
struct VisitDraft: Sendable {
    /// How far the handheld's clocks can be followed.
    enum Clock: Sendable {
        /// It ran on from the visit until it sent.
        case running
        /// It was started anew in between: only its wall clock speaks.
        case restarted
    }

    /// No other record has it.
    let serial: Int
    let kind: SubjectKind
    let subject: String
    var outcome: String
    var worker: Worker
    var capturedAt: Instant
    var receivedAt: Instant
    var clock = Clock.running
    var until: Day?
    var photo: String?
    /// Of which items of the form the first so many failed; nil where no form was filled in.
    var checklist: Int?
    /// Places only: nobody asks where a key person was met.
    let position: Coordinate?
    /// The answer was lost, so that the handheld sends it again.
    var isSentTwice = false

    /// Who sends it.
    struct Worker: Sendable {
        let person: String
        let grid: AreaID
        var capacity = Capacity.fullTime
    }

    /// UUIDv7 of the moment of the visit.
    var id: String {
        var dice = Dice(seed: UInt64(serial))
        let random = dice.next()
        let time = hexadecimal(UInt64(max(0, capturedAt.milliseconds)), digits: 12)
        return [
            String(time.prefix(8)), String(time.suffix(4)), "7" + hexadecimal(random >> 52, digits: 3),
            "8" + hexadecimal(random >> 40 & 0xFFF, digits: 3), hexadecimal(UInt64(serial), digits: 12),
        ].joined(separator: "-")
    }

    /// The record as it travels, read again as the gateway reads it.
    func submission(in zone: DeploymentZone) throws -> Submission {
        let body = body(in: zone)
        let bytes = Array(body.utf8)
        let (record, unknown) = try patrolRecord(id: id, fromBody: bytes)
        let passed = max(0, receivedAt.milliseconds(since: capturedAt))
        return Submission(
            record: record, body: body, sha256: sha256(bytes), receivedAt: receivedAt,
            sending: clock == .running ? .init(wallClock: receivedAt, uptime: uptime + passed) : nil,
            unknownMembers: unknown, salt: salt
        ) { _ in .init(person: worker.person, capacities: [worker.grid: worker.capacity]) }
    }

    /// As long as a real one.
    private var salt: String {
        var dice = Dice(seed: ~UInt64(serial))
        return hexadecimal(dice.next(), digits: 16) + hexadecimal(dice.next(), digits: 16)
    }

    private var uptime: Int64 { 3_600_000 + Int64(serial % 20_000) * 1_009 }

    /// Sorted names and no white space, as the handheld freezes it; as long as a real one.
    private func body(in zone: DeploymentZone) -> String {
        var dice = Dice(seed: UInt64(serial) &+ 1)
        let digits = (0..<4).map { _ in hexadecimal(dice.next(), digits: 16) }
        let time = capturedAt.rfc3339(in: zone)
        let running = clock == .running ? ",\"uptimeMilliseconds\":\(uptime)" : ""
        let form =
            checklist.map { failed in
                let items = ["exit", "gas"].enumerated().map { index, item in
                    "{\"item\":\"\(item)\",\"result\":\"\(index < failed ? "fail" : "pass")\"}"
                }
                return
                    "\"checklist\":{\"id\":\"restaurant\",\"items\":[\(items.joined(separator: ","))],\"version\":1},"
            } ?? ""
        var text =
            "{\"capturedAt\":\"\(time)\",\(form)\"device\":{\"app\":\"fieldcli/1.0.0\",\"bootId\":\"\(digits[0].prefix(8))\","
            + "\"id\":\"tablet-\(worker.person)\",\"previousSha256\":\"\(digits.joined())\",\"sequence\":\(serial + 1)"
            + "\(running)}"
        if let position {
            text +=
                ",\"fix\":{\"accuracyMetres\":\(4 + serial % 20),\"latitude\":\(position.latitude),"
                + "\"longitude\":\(position.longitude),\"mock\":false,\"provider\":\"fused\",\"system\":\"WGS-84\","
                + "\"time\":\"\(time)\"}"
        }
        text += ",\"grid\":\"\(worker.grid.text)\",\"outcome\":\"\(outcome)\""
        if let photo { text += ",\"photos\":[{\"bytes\":2400000,\"role\":\"scene\",\"sha256\":\"\(photo)\"}]" }
        text += ",\"subject\":{\"id\":\"\(subject)\",\"kind\":\"\(kind.rawValue)\"}"
        if serial % 4 == 0 { text += ",\"text\":\"消防通道畅通，用电正常。\"" }
        if let until { text += ",\"until\":\"\(until)\"" }
        return text + ",\"version\":1}"
    }
}

/// Reads a kept body as the gateway's own verification does.
@Sendable func replay(id: String, body: String, sha256 digest: String) throws -> PatrolRecord {
    let bytes = Array(body.utf8)
    guard sha256(bytes) == digest else { throw StoreError.corrupt("the body of \(id)") }
    return try patrolRecord(id: id, fromBody: bytes).record
}

/// A digest such as photos are named by.
func photoDigest(_ serial: Int) -> String {
    var dice = Dice(seed: UInt64(serial) &+ 7)
    return (0..<4).map { _ in hexadecimal(dice.next(), digits: 16) }.joined()
}

private func sha256(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
        decoding: SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

private func hexadecimal(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
