import Foundation
import Patrol
import Wire

/// What a command works with: where things lie, who is spoken to, and what time it is.
struct Handheld: Sendable {
    let home: Home
    let console: Console
    let environment: [String: String]
    /// Names the file that unlocks the device's key.
    var passphraseFile: String?
    /// The deployment's; month boundaries and printed times follow it.
    var zone = DeploymentZone.shanghai
    var moment: @Sendable () -> Moment = Moment.now

    var language: Language { console.language }
    var rosters: RosterCache { RosterCache(home: home) }
    var clock: DeviceClock { DeviceClock(moment: moment, home: home) }
    var keys: KeyStore {
        KeyStore(
            home: home,
            passphrase: PasswordSource(secret: .passphrase, file: passphraseFile, environment: environment),
            language: language)
    }
    var thisMonth: Month { zone.month(of: moment().wallClock) }

    func openOutbox() throws(StorageFault) -> Outbox {
        try Outbox(home: home) {
            var random = SystemRandomNumberGenerator()
            return makeDeviceID(using: &random)
        }
    }

    /// The lock under which records are sent, retried and dropped.
    func takeDeliveryLock() throws -> HomeLock {
        guard let lock = try HomeLock.takeIfFree(.delivery, in: home) else {
            throw Failure(
                .temporaryFailure, "busy", zh: "另一个 fieldcli 正在发送。请等它结束后再试。",
                en: "Another fieldcli is sending. Wait until it has finished, then try again.")
        }
        return lock
    }

    /// Speaks to a gateway for the time of `body`, with the device's key where there is one.
    /// - Parameters:
    ///   - session: who is logged in; nil where nobody is.
    ///   - pinned: keys of the gateway; nil for those that are known of it.
    func speak<Result: Sendable>(
        to gateway: GatewayAddress, as session: SavedSession?, key: DeviceKey? = nil, pinned: [String]? = nil,
        _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        let settings = try Settings.load(from: home)
        let known = settings?.gateway == gateway ? settings?.gatewayKeys : nil
        return try await GatewayClient.use(
            gateway, access: Access(session, key: try key ?? keys.load(), home: home, keys: keys),
            keys: pinned ?? known ?? [], language: language, clock: clock, body)
    }

    /// Sends what waits in the name of whoever is logged in; where nobody is, what the device signed.
    func deliver(_ patience: Patience) async throws -> DeliveryReport {
        let saved = try SavedSession.load(from: home)
        let enrolment = try DeviceEnrolment.load(from: home)
        if let seal = try Seal.load(from: home), seal.reason == .lost { throw seal.failure }
        let gateway =
            try enrolment.map { saved?.gateway ?? $0.gateway } ?? SavedSession.require(from: home).gateway
        let outbox = try openOutbox()
        let lock = try takeDeliveryLock()
        let report = try await speak(to: gateway, as: saved) { client in
            // With nothing to send, the tokens' renewal tells whether a locked device may speak again.
            if try Seal.load(from: home) != nil, let token = saved?.session.token { _ = await client.renew(token) }
            return try await Courier(
                outbox: outbox, client: client, person: saved?.session.person.id,
                progress: Progress(isShown: console.showsProgress)
            ).deliver(patience)
        }
        _ = consume lock
        return report
    }

    /// Who signs what is recorded now: whoever is logged in or else the account of the device. A key that stays locked
    /// costs the signature, never the record.
    func signer(for session: SavedSession?) throws -> RecordSigner? {
        guard let person = try session?.session.person.id ?? DeviceEnrolment.load(from: home)?.person.id else {
            return nil
        }
        do {
            return try keys.load().map { RecordSigner(key: $0, person: person) }
        } catch let failure as Failure {
            console.remark(
                zh: "记录未签名，登录后才能送交。\(failure.message.zh)",
                en: "The record is not signed and goes out only after a login. \(failure.message.en)")
            return nil
        }
    }

    /// The subject's kind and grid, if a roster on this handheld knows it.
    func find(_ subject: String) throws(StorageFault) -> (kind: String, grid: String, name: String)? {
        for grid in try rosters.grids() {
            if let place = try rosters.places(of: grid)?.roster.items.first(where: { $0.id == subject }) {
                return ("place", grid, place.name)
            }
            if let person = try rosters.keyPersons(of: grid)?.roster.items.first(where: { $0.id == subject }) {
                return ("keyPerson", grid, person.name)
            }
        }
        return nil
    }
}
