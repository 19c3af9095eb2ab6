import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import TestSupport
import Testing

@testable import Gateway

@Suite("What refusals and failures tell")
struct ErrorBodyTests {
    @Test("item 41 · Errors of every kind, failures of the store included, tell nothing of what is inside")
    func givesNothingAway() async throws {
        try await withGateway { house in
            var answers: [Answer] = []
            let json: HTTPFields = [.contentType: "application/json"]
            for path in [
                "/nothing", "/v1/reports/x", "/v1/reports/" + reportID(9), "/v1/reports?cursor=x",
                "/v1/reports?month=x",
                "/v1/photos/x", "/v1/photos/" + photoDigest(9), "/v1/coverage?area=x", "/v1/coverage?area=\(areaID(1))",
                "/v1/obligations", "/v1/coverage?'%3B--=1", "/v1/reports/%00", "/..%2f..%2fetc/passwd",
            ] {
                answers.append(try await house.get(path, as: "W5"))
            }
            answers.append(try await house.get("/v1/reports"))
            answers.append(try await house.get("/v1/reports", headers: [.authorization: "Bearer ' OR 1=1"]))
            answers.append(try await house.send(.delete, "/v1/reports", as: "W5"))
            answers.append(try await house.put(photo: SamplePhoto.png))
            answers.append(try await house.put(photo: SamplePhoto.hollow))
            answers.append(try await house.put(1, bytes: [0xFF, 0xFE, 0]))
            answers.append(try await house.put(1, bytes: Array(#"{"version": "x", "capturedAt": []}"#.utf8)))
            answers.append(try await house.send(.post, "/v1/login", body: Array("{}".utf8), headers: json))
            for table in ["report", "grid_month", "person"] {
                try await house.store.database.write {
                    _ = try $0.run("ALTER TABLE \(table) RENAME TO lost_\(table)", [])
                }
                for path in ["/v1/reports", "/v1/coverage?area=\(areaID(1))", "/coverage"] {
                    answers.append(try await house.get(path, as: "R-county"))
                }
                answers.append(try await house.put(3, .sample(), as: "W5"))
            }
            let failures = answers.filter { $0.status >= 500 }
            #expect(answers.filter { $0.status >= 400 }.count >= 20 && failures.count >= 3)
            for answer in answers where answer.status >= 400 {
                let text = answer.text.lowercased()
                for secret in [
                    house.folder.path, "/tmp", "select ", "insert ", "lost_", "no such", "sqlite", "postgres", "grdb",
                    ".swift", "sources/", "storeerror", "optional(", "stack", "0x", "etc/passwd", "argon2",
                ] {
                    #expect(!text.contains(secret.lowercased()), "\(secret) in \(text)")
                }
                #expect(answer.headers[.server] == nil)
            }
        }
    }
}
