import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import Patrol
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("What the log says of people")
struct LogTests {
    /// Lines of a log, message and metadata.
    private final class Lines: Sendable {
        private let kept = Mutex<[String]>([])
        var text: String { kept.withLock { $0.joined(separator: "\n") } }
        func add(_ line: String) { kept.withLock { $0.append(line) } }
    }

    private struct Capturing: LogHandler {
        let lines: Lines
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.add("\(event.message) \(metadata) \(event.metadata ?? [:]) \(event.error.map { "\($0)" } ?? "")")
        }
    }

    @Test("item 31 · names, words, positions, passwords and tokens of requests stand in no line of the log")
    func silent() async throws {
        let lines = Lines()
        var logger = Logger(label: "log-test", factory: { _ in Capturing(lines: lines) })
        logger.logLevel = .trace
        try await withGateway(.live, password: "MARKEDPASSWORD1", logger: logger) { house in
            let login = #"{"name":"r-gridworker","password":"MARKEDPASSWORD1"}"#
            let session = try await house.send(.post, "/v1/login", body: Array(login.utf8)).decoded(Session.self)
            let wrong = #"{"name":"MARKEDNAME","password":"MARKEDPASSWORD2"}"#
            #expect(try await house.send(.post, "/v1/login", body: Array(wrong.utf8)).status == 401)
            _ = try await house.put(
                1,
                .sample(keyPerson: "K5-1") {
                    $0.text = "MARKEDWORDS"
                    $0.participants = [.init(name: "MARKEDNAME", capacity: "volunteer")]
                })
            _ = try await house.send(
                .get, "/v1/reports", headers: [.authorization: "Bearer " + session.token])
            _ = try await house.send(.get, "/v1/reports", headers: [.authorization: "Bearer MARKEDTOKEN"])
            let vault =
                #"{"list":"corrections","person":"K5-1","category":"MARKEDWORDS","identityNumber":"11010519491231002X"}"#
            _ = try await house.send(.post, "/v1/vault/entries", as: "R-listOwner", body: Array(vault.utf8))
            _ = try await house.get("/v1/roster/key-persons?grid=\(areaID(5))", as: "W5")
            // What fails inside is logged, since the client is told nothing of it.
            _ = try await house.store.database.write { try $0.run("DROP TABLE key_person_vault", []) }
            #expect(
                try await house.send(.post, "/v1/vault/entries", as: "R-listOwner", body: Array(vault.utf8)).status
                    == 500)
            let text = lines.text
            #expect(text.contains("request failed"), "the log is looked into while it is written")
            for mark in [
                "MARKEDPASSWORD1", "MARKEDPASSWORD2", "MARKEDNAME", "MARKEDWORDS", "MARKEDTOKEN", session.token,
                "11010519491231002X", "30.8701", "对象 K5-1", "适园路", "人员 W5",
            ] {
                #expect(!text.contains(mark), "\(mark) is in the log")
            }
        }
    }

    @Test("item 31 · no address of the gateway carries anything but ids, areas, days and words of its own")
    func addresses() throws {
        let parameters = try Specification().parameterNames
        #expect(parameters.count > 15)
        let personal: Set = ["name", "login", "phone", "password", "token", "identityNumber", "address", "text", "q"]
        #expect(parameters.isDisjoint(with: personal))
    }
}
