import Foundation
import Patrol
import Wire

/// One worker with a handheld of their own: logs in, fetches rosters, walks, records, is offline, sends.
struct SimulatedWorker: Sendable {
    let account: AccountsFile.Account
    let home: Home
    let client: GatewayClient
    let hours: WorkingHours
    let zone: DeploymentZone
    let visitLimit: Int?
    let offlineProbability: Double
    let photos: PhotoSource
    let tally: SimulationTally
    let seed: UInt64

    /// Records between two chances of a network.
    private static let visitsPerStretch = 8
    /// Runs of `sync` in the evening before the worker gives up.
    private static let eveningRuns = 8

    func work() async throws {
        var random = SeededRandom(seed: seed, name: account.name)
        let (session, online) = try await login()
        let signer = online.access.key.map { RecordSigner(key: $0, person: session.person.id) }
        let outbox = try openOutbox()
        let rosters = RosterCache(home: home)
        let bootID = "simulated-\(seed)-\(account.name)"
        let courier = Courier(
            outbox: outbox, client: online.ticking(by: clock(bootID)), person: session.person.id, observe: tally.heard)
        for grid in session.person.grids {
            let fetch = RosterFetch(
                client: online, cache: rosters, fetchedAt: Moment.wallClockNow(), thisMonth: zone.month(of: hours.end))
            _ = try await patiently { try await fetch.fetch(grid, month: nil) }
            let day = PlannedDay(
                places: try rosters.places(of: grid.id)?.roster.items ?? [],
                keyPersons: try rosters.keyPersons(of: grid.id)?.roster.items ?? [], hours: hours, limit: visitLimit,
                using: &random)
            let recorder = Recorder(outbox: outbox, person: session.person.id, signer: signer, bootID: bootID)
            try await walk(day, in: grid.id, recorder, courier, &random)
        }
        try await finish(outbox, courier)
    }

    /// Enrols the worker's own device where the gateway wants one, and logs in.
    private func login() async throws -> (Session, GatewayClient) {
        let credentials = Login(name: account.name, password: account.password)
        guard let text = account.enrolment else {
            let session = try await patiently {
                try GatewayClient.value(Session.self, in: await client.login(credentials))
            }
            let saved = SavedSession(gateway: client.gateway, session: session)
            return (session, client.speaking(for: Access(saved)))
        }
        guard let code = EnrolmentCode(text) else {
            throw Failure(
                .dataRefused, "bad-code", zh: "帐号文件 enrolment 列不是注册码。",
                en: "The column enrolment holds no enrolment code.")
        }
        let source = PasswordSource(secret: .passphrase, file: nil, environment: [:], mayAsk: false)
        let keys = KeyStore(home: home, passphrase: source, language: client.language)
        let key = try keys.load() ?? keys.make().0
        let unnamed = client.speaking(for: Access(key: key, home: home, keys: keys))
        if try DeviceEnrolment.load(from: home) == nil {
            let enrolment = Enrolment(
                code: code.code, handheld: try openOutbox().device(), model: "simulated",
                app: "fieldcli/\(programVersion)")
            let enrolled = try await patiently {
                let answer = try GatewayClient.answer(await unnamed.enrol(enrolment))
                guard answer.status == 201, let enrolled = try? decode(Enrolled.self, from: answer.body).value else {
                    throw Failure(answer: answer)
                }
                return enrolled
            }
            try DeviceEnrolment(gateway: client.gateway, device: enrolled.device, person: enrolled.person).save(
                to: home)
        }
        let session = try await patiently {
            try GatewayClient.value(Session.self, in: await unnamed.login(credentials))
        }
        let saved = SavedSession(gateway: client.gateway, session: session)
        try saved.save(to: home)
        return (session, client.speaking(for: Access(saved, key: key, home: home, keys: keys)))
    }

    private func openOutbox() throws -> Outbox {
        try Outbox(home: home) {
            var system = SystemRandomNumberGenerator()
            return makeDeviceID(using: &system)
        }
    }

    /// What each of the day's records is made with.
    private struct Recorder {
        let outbox: Outbox
        let person: String
        let signer: RecordSigner?
        let bootID: String
    }

    private func walk(
        _ day: PlannedDay, in grid: String, _ recorder: Recorder, _ courier: Courier, _ random: inout SeededRandom
    ) async throws {
        for stretch in stride(from: 0, to: day.visits.count, by: Self.visitsPerStretch) {
            let visits = day.visits[stretch..<min(stretch + Self.visitsPerStretch, day.visits.count)]
            var made: [(visit: PlannedVisit, entry: OutboxEntry)] = []
            for visit in visits {
                made.append((visit, try record(visit, in: grid, recorder, &random)))
            }
            if random.chance(offlineProbability) { continue }
            let arrived = try await send(courier)
            for (visit, entry) in made where visit.isSentAgain && arrived.contains(entry.id) {
                await sendAgain(entry, courier.client)
            }
        }
    }

    private func record(
        _ visit: PlannedVisit, in grid: String, _ recorder: Recorder, _ random: inout SeededRandom
    ) throws -> OutboxEntry {
        var draft = RecordDraft()
        draft.subject = visit.subject
        draft.outcome = visit.outcome
        draft.grid = grid
        draft.fix = visit.fix
        draft.findings = visit.finding.map { [$0] } ?? []
        let moment = moment(at: visit.at, bootID: recorder.bootID)
        let taken = try (0..<visit.photos).map { number in
            try photos.photo(number, for: visit, in: home.folder, using: &random)
        }
        var system = SystemRandomNumberGenerator()
        return try recorder.outbox.record(
            draft, id: makeRecordID(at: visit.at, using: &system), photos: taken, moment: moment, zone: zone,
            person: recorder.person, signer: recorder.signer, language: client.language)
    }

    /// The handheld was switched on ten minutes before work and runs on.
    private func moment(at instant: Instant, bootID: String) -> Moment {
        Moment(
            wallClock: instant, bootID: bootID,
            uptimeMilliseconds: max(0, instant.milliseconds(since: hours.start)) + 600_000)
    }

    private func clock(_ bootID: String) -> DeviceClock {
        DeviceClock(moment: { moment(at: Moment.wallClockNow(), bootID: bootID) }, home: nil)
    }

    /// - Returns: the records that have arrived.
    @discardableResult
    private func send(_ courier: Courier) async throws -> Set<String> {
        let before = try courier.outbox.contents().entries
        let report = try await courier.deliver(.standard)
        let taken = report.items.filter { ["sent", "done"].contains($0.phase) }
        let standings = Dictionary(taken.map { ($0.id, $0.standing) }) { first, _ in first }
        for entry in before {
            guard let standing = standings[entry.id], let subject = entry.report.subject?.id else { continue }
            tally.arrived(subject: subject, standing: standing)
        }
        return Set(taken.map(\.id))
    }

    /// The same bytes once more: the gateway must answer with the receipt that it gave first.
    private func sendAgain(_ entry: OutboxEntry, _ client: GatewayClient) async {
        guard case .answer(let answer) = await client.get("/v1/reports/\(entry.id)") else { return }
        guard let stored = try? decode(StoredReport.self, from: answer.body).value else {
            // Trouble is trouble, but an acknowledged record that is not there is a broken promise.
            if answer.status == 404 { tally.failed("not-read-back") }
            return
        }
        let again = await client.put(report: entry.frozen, id: entry.id, signature: entry.state.signature)
        tally.sentAgain(again, first: stored.receipt)
    }

    private func finish(_ outbox: Outbox, _ courier: Courier) async throws {
        for _ in 0..<Self.eveningRuns {
            guard try outbox.contents().entries.contains(where: { $0.state.isPending }) else { break }
            try await send(courier)
        }
    }

    /// Everybody starts at once in the morning, and the gateway may be restarting or ask some to wait.
    private func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
        var random = SystemRandomNumberGenerator()
        var failures = 0
        while true {
            do {
                return try await body()
            } catch let failure as Failure
                where failures < 5 && [.unavailable, .temporaryFailure].contains(failure.status)
            {
                failures += 1
                try await Task.sleep(
                    for: Backoff().delay(
                        afterFailures: failures, retryAfter: failure.retryAfter, using: &random))
            }
        }
    }
}
