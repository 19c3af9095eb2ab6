import Foundation
import Intake
import Patrol
import Wire

/// What the handheld has not yet handed over: one folder a record, `outbox/<id>/`, with the frozen `report.json`, its
/// `state.json` and `photos/<sha256>.jpg`.
///
/// A record is made aside under `.tmp-<id>`, flushed and renamed: it is there whole or not at all. It leaves by the same
/// door, renamed to `.done-<id>` first. What a kill leaves under those names is swept at the next opening.
struct Outbox: Sendable {
    let home: Home
    var folder: String { home.outboxFolder }

    private static let reportFile = "report.json"
    private static let stateFile = "state.json"

    /// Sweeps what a kill left, and brings the device's count up to the records that are here.
    /// - Parameter deviceID: names the device if it has no name yet.
    init(home: Home, deviceID: () -> String) throws(StorageFault) {
        self.home = home
        let lock = try HomeLock.take(.records, in: home)
        try Storage.makeFolder(home.outboxFolder)
        try sweep()
        let entries = try contents().entries
        let saved = try home.load(DeviceChain.self, DeviceChain.file)
        // A lost count continues from the records; they carry the device's name as well.
        let known = saved ?? entries.last.map { DeviceChain(device: $0.report.device.id) }
        var chain = known ?? DeviceChain(device: deviceID())
        var isNews = saved == nil
        for entry in entries {
            let isLater = chain.cover(sequence: entry.state.sequence, sha256: entry.state.sha256)
            isNews = isNews || isLater
        }
        if isNews { try home.save(chain, DeviceChain.file) }
        _ = consume lock
    }

    /// The name that this device's records carry.
    func device() throws(StorageFault) -> String {
        guard let chain = try home.load(DeviceChain.self, DeviceChain.file) else {
            throw StorageFault(.read, "\(home.folder)/\(DeviceChain.file)", code: ENOENT)
        }
        return chain.device
    }

    // MARK: Making a record

    /// Validates a draft, freezes it and puts it in, durably. Works without network.
    ///
    /// Sequence and previous digest are read and used under one lock, and count only once the record's rename is
    /// flushed. A draft that is refused leaves nothing behind and takes no number.
    /// - Parameters:
    ///   - photos: paths of JPEG files; copied.
    ///   - person: in whose name the record goes out.
    ///   - signer: signs it and its photos; nil on a device that is not enrolled.
    func record(
        _ draft: RecordDraft, id: String, photos: [String], moment: Moment, zone: DeploymentZone, person: String?,
        signer: RecordSigner? = nil, language: Language
    ) throws -> OutboxEntry {
        let lock = try HomeLock.take(.records, in: home)
        let aside = "\(folder)/.tmp-\(id)"
        do {
            try Storage.makeFolder(aside + "/photos")
            let taken = try take(photos, into: aside + "/photos")
            guard var chain = try home.load(DeviceChain.self, DeviceChain.file) else {
                throw StorageFault(.read, "\(home.folder)/\(DeviceChain.file)", code: ENOENT)
            }
            // A kill after the last rename may have left this file one record behind.
            for entry in try contents().entries {
                _ = chain.cover(sequence: entry.state.sequence, sha256: entry.state.sha256)
            }
            let report = draft.report(
                device: chain.next, moment: moment, heard: try home.load(HeardTime.self, HeardTime.file), photos: taken,
                zone: zone)
            let frozen = try freeze(report, id: id, language: language)
            let state = DeliveryState(
                sequence: report.device.sequence, sha256: sha256Text(frozen), capturedAt: report.capturedAt,
                isUrgent: draft.isUrgent, person: person,
                photos: try taken.map { photo in
                    DeliveryState.Photo(
                        sha256: photo.sha256, bytes: photo.bytes, signature: try signer?.sign(photo: photo.sha256))
                },
                signature: try signer?.sign(report: id, sha256: sha256Text(frozen)))
            try commit(frozen, state, from: aside, id: id)
            _ = chain.cover(sequence: state.sequence, sha256: state.sha256)
            try home.save(chain, DeviceChain.file)
            _ = consume lock
            return OutboxEntry(id: id, folder: "\(folder)/\(id)", report: report, frozen: frozen, state: state)
        } catch {
            try? Storage.removeTree(aside)
            throw error
        }
    }

    private func take(_ photos: [String], into folder: String) throws -> [TakenPhoto] {
        var taken: [TakenPhoto] = []
        for path in photos {
            let photo = try PhotoIntake().take(path, into: folder)
            // Naming one file twice is a slip of the finger, not a second photo.
            if !taken.contains(where: { $0.sha256 == photo.sha256 }) { taken.append(photo) }
        }
        return taken
    }

    private func freeze(_ report: PatrolReport, id: String, language: Language) throws -> [UInt8] {
        do {
            _ = try patrolRecord(id: id, from: report)
        } catch {
            throw Failure(error, language: language)
        }
        let frozen = frozenJSON(report)
        guard frozen.count <= RecordLimits.reportBytes else {
            throw Failure(
                .dataRefused, "report-too-large", zh: "记录文字过长（超过 \(RecordLimits.reportBytes / 1024) KB）。请精简或分成两条填报。",
                en: "The record is longer than \(RecordLimits.reportBytes / 1024) KB. Shorten it or make two of it.")
        }
        return frozen
    }

    /// After the last line the record is made; before it, it was never there.
    private func commit(_ frozen: [UInt8], _ state: DeliveryState, from aside: String, id: String) throws(StorageFault)
    {
        try Storage.create("\(aside)/\(Self.reportFile)", frozen)
        try Storage.create("\(aside)/\(Self.stateFile)", frozenJSON(state))
        try Storage.syncFolder(aside + "/photos")
        try Storage.syncFolder(aside)
        try Storage.rename(aside, to: "\(folder)/\(id)")
        try Storage.syncFolder(folder)
    }

    // MARK: Reading

    /// Everything in the outbox in the order in which it was made, and the names of folders that cannot be read.
    func contents() throws(StorageFault) -> (entries: [OutboxEntry], unreadable: [String]) {
        var entries: [OutboxEntry] = []
        var unreadable: [String] = []
        for name in try Storage.names(in: folder) where !name.hasPrefix(".") {
            // What is no record of ours, or no longer one, must not hold back the others.
            if let entry = (try? entry(name)) ?? nil { entries.append(entry) } else { unreadable.append(name) }
        }
        return (entries.sorted { ($0.state.sequence, $0.id) < ($1.state.sequence, $1.id) }, unreadable)
    }

    /// One record; nil where there is none or the disk has lost part of it.
    func entry(_ id: String) throws(StorageFault) -> OutboxEntry? {
        let path = "\(folder)/\(id)"
        guard !id.isEmpty, !id.contains("/"), !id.hasPrefix("."),
            let frozen = try Storage.readIfPresent("\(path)/\(Self.reportFile)"),
            let bytes = try Storage.readIfPresent("\(path)/\(Self.stateFile)"),
            let state = try? JSONDecoder().decode(DeliveryState.self, from: Data(bytes)),
            sha256Text(frozen) == state.sha256,
            let report = try? decode(PatrolReport.self, from: frozen).value
        else { return nil }
        return OutboxEntry(id: id, folder: path, report: report, frozen: frozen, state: state)
    }

    // MARK: Changing

    func save(_ state: DeliveryState, of id: String) throws(StorageFault) {
        try Storage.replace(Self.stateFile, in: "\(folder)/\(id)", with: frozenJSON(state))
    }

    /// Takes a record out, once the device's count covers it: the next record's number and previous digest must not
    /// depend on a folder that is gone.
    func remove(_ id: String, sequence: Int64, sha256: String) throws(StorageFault) {
        let lock = try HomeLock.take(.records, in: home)
        if var chain = try home.load(DeviceChain.self, DeviceChain.file),
            chain.cover(sequence: sequence, sha256: sha256)
        {
            try home.save(chain, DeviceChain.file)
        }
        try discard(id)
        _ = consume lock
    }

    /// Takes out a folder that cannot be read any more, on a person's word.
    func removeUnreadable(_ id: String) throws(StorageFault) {
        let lock = try HomeLock.take(.records, in: home)
        try discard(id)
        _ = consume lock
    }

    private func discard(_ id: String) throws(StorageFault) {
        let gone = "\(folder)/.done-\(id)"
        try Storage.rename("\(folder)/\(id)", to: gone)
        try Storage.syncFolder(folder)
        try Storage.removeTree(gone)
    }

    private func sweep() throws(StorageFault) {
        for name in try Storage.names(in: folder) where name.hasPrefix(".tmp-") || name.hasPrefix(".done-") {
            try Storage.removeTree("\(folder)/\(name)")
        }
    }
}
