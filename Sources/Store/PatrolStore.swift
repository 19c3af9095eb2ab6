public import Patrol
import Synchronization

/// Everything that is kept. The functions stand with their SQL in the files of this folder, by what they keep.
///
/// Records and photos go through the group commit; everything else has a transaction of its own.
public struct PatrolStore: Sendable {
    public internal(set) var database: any Database
    /// Without anybody's name: what jobs write, and what is nobody's act.
    let plain: any Database
    public let zone: DeploymentZone
    let group: GroupCommit
    let openMonths: OpenMonths
    /// The name of this program among those that write to the database; its chains begin with it and a slash.
    let writer: String
    var actsChain: String { writer + "/acts" }

    /// - Parameters:
    ///   - group: must be running (`GroupCommit.run`) while records or photos are written.
    ///   - writer: the name of this program among those that write to the database, without a slash but for commands.
    public init(_ database: any Database, zone: DeploymentZone, group: GroupCommit, writer: String = "gateway") {
        self.database = database
        plain = database
        self.zone = zone
        self.group = group
        openMonths = OpenMonths()
        self.writer = writer
    }
}

extension GroupCommit {
    /// The group commit of a writer, with a chain of its own beside that of the acts: neither waits for the other.
    public convenience init(
        _ database: any Database, writer: String = "gateway", maxBatch: Int = 256, maxWaiting: Int = 4_096,
        patience: Duration = .seconds(8)
    ) {
        self.init(
            database, chain: writer + "/records", maxBatch: maxBatch, maxWaiting: maxWaiting, patience: patience)
    }
}

extension PatrolStore {
    /// Writes that wait for the next group commit.
    public var waitingWrites: Int { group.depth }

    /// Binds the database to the time zone of its months, at its first use; afterwards holds it to that.
    /// - Throws: `StoreError.otherTimeZone`; `.unfinishedCopy` for a database that a copy left half filled.
    public func bindTimeZone() async throws {
        let zone = zone.identifier
        try await plain.write { connection in
            if let source = try connection.copySource() { throw StoreError.unfinishedCopy(from: source) }
            try connection.run(
                "INSERT INTO deployment (name, value) VALUES ('time_zone', $1) ON CONFLICT (name) DO NOTHING",
                [.text(zone)])
            let stored = try connection.rows("SELECT value FROM deployment WHERE name = 'time_zone'", []).first?.text(0)
            guard stored == zone else { throw StoreError.otherTimeZone(stored: stored ?? "") }
        }
    }
}

/// Months known to have a ledger; a closed one takes late records still, so that what is known stays true.
final class OpenMonths: Sendable {
    private let known = Mutex<Set<Month>>([])

    func contains(_ month: Month) -> Bool { known.withLock { $0.contains(month) } }
    func insert(_ month: Month) { known.withLock { _ = $0.insert(month) } }
}

/// Where each subject kind is kept. Names of our own, never from outside.
extension SubjectKind {
    var subjectTable: String { self == .place ? "place" : "key_person" }
    var rosterTable: String { self == .place ? "place_roster" : "key_person_roster" }
    var rosterSubject: String { self == .place ? "place_id" : "key_person_id" }
    var visitTable: String { self == .place ? "place_visit" : "key_person_visit" }
    var obligationTable: String { self == .place ? "place_obligation" : "key_person_obligation" }
    var pageTable: String { self == .place ? "place_page" : "key_person_page" }
    var journalTable: String { self == .place ? "place_journal" : "key_person_journal" }
    var rulingTable: String { self == .place ? "place_ruling" : "key_person_ruling" }
    var appealTable: String { self == .place ? "place_appeal" : "key_person_appeal" }
    var proposalTable: String { self == .place ? "place_proposal" : "key_person_proposal" }
    /// What policies select by: a place's category, a key person's list.
    var classColumn: String { self == .place ? "category" : "list_owner" }
}
