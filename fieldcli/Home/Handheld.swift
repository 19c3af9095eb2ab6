import Foundation
import Patrol
import Wire

/// What a command works with: where things lie, who is spoken to, and what time it is.
struct Handheld: Sendable {
    let home: Home
    let console: Console
    let environment: [String: String]
    /// The deployment's; month boundaries and printed times follow it.
    var zone = DeploymentZone.shanghai
    var moment: @Sendable () -> Moment = Moment.now

    var language: Language { console.language }
    var rosters: RosterCache { RosterCache(home: home) }
    var clock: DeviceClock { DeviceClock(moment: moment, home: home) }
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

    /// Sends what waits, in the name of whoever is logged in.
    func deliver(_ patience: Patience) async throws -> DeliveryReport {
        let saved = try SavedSession.require(from: home)
        let outbox = try openOutbox()
        let lock = try takeDeliveryLock()
        let report = try await GatewayClient.use(
            saved.gateway, token: saved.session.token, language: language, clock: clock
        ) { client in
            try await Courier(
                outbox: outbox, client: client, person: saved.session.person.id,
                progress: Progress(isShown: console.showsProgress)
            ).deliver(patience)
        }
        _ = consume lock
        return report
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
