import Patrol
import Wire

/// What a worker says in one record, before the handheld adds who, when and in which order.
struct RecordDraft: Equatable, Sendable {
    var subject: PatrolReport.Subject?
    var outcome: String?
    var until: String?
    var grid: String?
    var fix: PatrolReport.Fix?
    var text: String?
    var findings: [PatrolReport.Finding] = []
    var participants: [PatrolReport.Participant] = []
    var supersedes: String?

    /// Whether it overtakes everything else in the outbox.
    var isUrgent: Bool { findings.contains { $0.urgent == true } }

    func report(
        device: PatrolReport.Device, moment: Moment, photos: [(sha256: String, bytes: Int64)], zone: DeploymentZone
    ) -> PatrolReport {
        var device = device
        device.bootId = moment.bootID
        device.uptimeMilliseconds = moment.uptimeMilliseconds
        device.app = "fieldcli/\(programVersion)"
        var report = PatrolReport(capturedAt: moment.wallClock.rfc3339(in: zone), device: device)
        report.grid = grid
        report.subject = subject
        report.outcome = outcome ?? Self.usualOutcome(subject?.kind)
        report.until = until
        report.participants = participants.isEmpty ? nil : participants
        report.fix = fix
        report.text = text
        report.photos =
            photos.isEmpty
            ? nil
            : photos.map { PatrolReport.Photo(sha256: $0.sha256, bytes: $0.bytes, role: photoRole(report.outcome)) }
        report.findings = findings.isEmpty ? nil : findings
        report.supersedes = supersedes
        return report
    }

    /// "Nothing wrong" must not cost a worker an option.
    static func usualOutcome(_ kind: String?) -> String? {
        switch kind {
        case "place", "newPlace": PlaceOutcome.checked.rawValue
        case "keyPerson": PersonOutcome.met.rawValue
        default: nil
        }
    }

    private func photoRole(_ outcome: String?) -> String {
        if !findings.isEmpty { return PhotoRole.finding.rawValue }
        let isAttempt = outcome == PlaceOutcome.closedNow.rawValue || outcome == PersonOutcome.noAnswer.rawValue
        return (isAttempt ? PhotoRole.attempt : .scene).rawValue
    }
}

/// Sent with every record, for support.
let programVersion = "1.0.0"
