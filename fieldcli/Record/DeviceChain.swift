import Wire

/// The device's name and the last record it made. Sequence and previous digest of the next one follow from here.
///
/// A record is made by one rename in the outbox; this file is brought up to it afterwards. A kill in between is made
/// good at the next start from the record itself, and nothing leaves the outbox before this file covers it. So at
/// every instant file and outbox together know the last record, and no number is given twice.
struct DeviceChain: Codable, Equatable, Sendable {
    let device: String
    private(set) var sequence: Int64
    private(set) var lastSha256: String?

    static let file = "device.json"

    init(device: String) {
        self.device = device
        sequence = 0
        lastSha256 = nil
    }

    /// Who the next record's device is, but for the moment.
    var next: PatrolReport.Device {
        var next = PatrolReport.Device(id: device, sequence: sequence + 1)
        next.previousSha256 = lastSha256
        return next
    }

    /// Takes note of a record in the outbox.
    /// - Returns: whether it was news.
    mutating func cover(sequence made: Int64, sha256: String) -> Bool {
        guard made > sequence else { return false }
        sequence = made
        lastSha256 = sha256
        return true
    }
}
