import Foundation
import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

private let password = "correct horse 电池"

@Suite("A handheld that was away for weeks hands over what it recorded")
struct HandoverTests {
    private func withDevice(
        settings: @escaping @Sendable (inout GatewaySettings) -> Void = { _ in },
        _ body: @Sendable @escaping (GatewayUnderTest, TestDevice) async throws -> Void
    ) async throws {
        try await withGateway(
            password: password,
            settings: {
                $0.deviceLogins = true
                settings(&$0)
            }
        ) { house in try await body(house, try await house.enrolled(for: "W5")) }
    }

    private func record(at time: String = "2026-03-05T09:00:00+08:00", _ photos: [UInt8]...) throws -> [UInt8] {
        var report = PatrolReport.sample()
        report.capturedAt = time
        report.fix?.time = time
        if !photos.isEmpty {
            report.photos = photos.map { .init(sha256: sha256Hex($0), bytes: Int64($0.count)) }
        }
        return try canonicalBytes(report)
    }

    @Test("item 14 · Without a login, by its key and what it signed: taken, once, in the name of who recorded it")
    func withoutLogin() async throws {
        try await withDevice { house, device in
            let photo = try SamplePhoto.whole(1)
            let body = try record(at: "2026-03-05T09:00:00+08:00", photo)
            let first = try await house.handOver(1, body, by: "W5", from: device)
            #expect(first.status == 201)
            #expect(try await house.handOver(1, body, by: "W5", from: device).status == 200)
            let stored = try #require(try await house.store.record(reportID(1)))
            #expect(stored.person == "W5")
            let kept = try await house.store.database.read {
                try $0.rows("SELECT sent_by, signed_with, signature FROM report", [])[0]
            }
            #expect(try kept.text(0) == "D-" + device.thumbprint && kept.text(1) == device.thumbprint)
            let path = "/v1/photos/" + sha256Hex(photo)
            let signed = try device.signature(RecordSignature.text(photo: sha256Hex(photo), person: "W5"))
            let answer = try await house.send(
                .put, path, from: device, body: photo,
                headers: [.recordSignature: "sig=:\(signed):, person=\"W5\""])
            #expect(answer.status == 201)
            // A photo that no record names is nobody's evidence.
            let other = try SamplePhoto.whole(2)
            let unnamed = try device.signature(RecordSignature.text(photo: sha256Hex(other), person: "W5"))
            #expect(
                try await house.send(
                    .put, "/v1/photos/" + sha256Hex(other), from: device, body: other,
                    headers: [.recordSignature: "sig=:\(unnamed):, person=\"W5\""]
                ).status == 404)
            // And nothing is read that way.
            #expect(try await house.send(.get, "/v1/reports", from: device).status == 401)
        }
    }

    @Test("Signed by another key, for another record or in another's name, it is not taken")
    func wrongSignatures() async throws {
        try await withDevice { house, device in
            let body = try record()
            let sha256 = sha256Hex(body)
            let id = reportID(1)
            for (name, text, person) in [
                ("another record", RecordSignature.text(record: reportID(2), person: "W5", sha256: sha256), "W5"),
                ("other bytes", RecordSignature.text(record: id, person: "W5", sha256: sha256Hex("x".utf8)), "W5"),
                ("another's name", RecordSignature.text(record: id, person: "W6", sha256: sha256), "W6"),
                ("a claim to be somebody else", RecordSignature.text(record: id, person: "W5", sha256: sha256), "W6"),
            ] {
                let signature = try device.signature(text)
                let answer = try await house.send(
                    .put, "/v1/reports/" + id, from: device, body: body,
                    headers: [.recordSignature: "sig=:\(signature):, person=\"\(person)\""])
                #expect(answer.status == 401, "\(name)")
            }
            #expect(try await house.handOver(1, body, by: "W5", from: TestDevice()).status == 401)
            #expect(
                try await house.send(.put, "/v1/reports/" + id, from: device, body: body).status == 401, "no signature")
            #expect(try await house.store.record(id) == nil)
        }
    }

    @Test("An account disabled while its handheld was away: what was recorded before is taken, what came later is not")
    func disabledMeanwhile() async throws {
        try await withDevice { house, device in
            house.clock.advance(hours: 24)
            let moment = house.clock.now
            _ = try await house.store.database.write {
                try $0.run("UPDATE person SET disabled_at = $1 WHERE id = 'W5'", [.integer(moment.milliseconds)])
            }
            house.clock.advance(hours: 48)
            let before = try await house.handOver(
                1, try record(at: "2026-03-05T10:00:00+08:00"), by: "W5", from: device)
            #expect(before.status == 201)
            let after = try await house.handOver(2, try record(at: "2026-03-06T10:00:00+08:00"), by: "W5", from: device)
            #expect(after.status == 403)
            #expect(try after.problem().code == "account-disabled")
            #expect(try await house.audit().contains { $0.result == "account-disabled" && $0.detail?.device != nil })
        }
    }

    @Test("A stand-in whose duty has ended still hands over what was recorded while it lasted")
    func endedDuty() async throws {
        try await withDevice { house, _ in
            try await house.store.add(
                [
                    PersonEntry(
                        id: "S1", login: "s1", name: "代班", passwordHash: "-", roles: [],
                        duties: [
                            Duty(grid: areaID(5), capacity: .partTime, from: day("2026-03-01"), to: day("2026-03-06"))
                        ])
                ], at: County.entered)
            let device = try await house.enrolled(for: "S1")
            house.clock.advance(hours: 24 * 20)
            let during = try await house.handOver(
                1, try record(at: "2026-03-05T10:00:00+08:00"), by: "S1", from: device)
            #expect(during.status == 201)
            let after = try await house.handOver(2, try record(at: "2026-03-07T10:00:00+08:00"), by: "S1", from: device)
            #expect(after.status == 403)
        }
    }

    @Test("A locked or lost device hands over nothing until somebody says so")
    func locked() async throws {
        try await withDevice { house, device in
            let path = "/v1/devices/D-\(device.thumbprint)"
            #expect(try await house.send(.post, path + "/lock", as: "R-securityAdministrator").status == 204)
            let body = try record()
            let locked = try await house.handOver(1, body, by: "W5", from: device)
            #expect(try locked.status == 403 && locked.problem().code == "device-locked")
            #expect(try await house.send(.post, path + "/unlock", as: "R-securityAdministrator").status == 204)
            #expect(try await house.handOver(1, body, by: "W5", from: device).status == 201)
            #expect(try await house.send(.post, path + "/lost", as: "R-securityAdministrator").status == 204)
            let lost = try await house.handOver(2, try record(), by: "W5", from: device)
            #expect(try lost.status == 403 && lost.problem().code == "device-lost")
        }
    }

    @Test("item 22 · Somebody else's record, photo or device looks like none, and the try leaves a row")
    func foreignIDs() async throws {
        try await withGateway { house in
            let photo = try SamplePhoto.whole(3)
            #expect(try await house.put(1, .sample().naming(photo)).status == 201)
            #expect(try await house.put(photo: photo).status == 201)
            let device = try await house.enrolled(for: "R-county")
            let asks: [(HTTPRequest.Method, String, String)] = [
                (.get, "/v1/reports/" + reportID(1), "W8"), (.get, "/v1/photos/\(sha256Hex(photo))?size=large", "W8"),
                (.put, "/v1/reports/" + reportID(1), "W8"),
                (.post, "/v1/devices/D-\(device.thumbprint)/lock", "R-executiveDeputy"),
            ]
            for (method, path, person) in asks {
                let body = method == .put ? try canonicalBytes(PatrolReport.sample(place: "P8-1")) : nil
                let answer = try await house.send(method, path, as: person, body: body)
                #expect(answer.status == 404, "\(method) \(path)")
                let row = try await house.audit().last
                #expect(row?.detail?.person == person && row?.result == "not-found", "\(method) \(path)")
            }
        }
    }
}

extension GatewayUnderTest {
    /// Sends a record by the device's key and signature alone.
    func handOver(_ number: Int, _ body: [UInt8], by person: String, from device: TestDevice) async throws -> Answer {
        let text = RecordSignature.text(record: reportID(number), person: person, sha256: sha256Hex(body))
        let signature = try device.signature(text)
        return try await send(
            .put, "/v1/reports/" + reportID(number), from: device, body: body,
            headers: [.recordSignature: "sig=:\(signature):, person=\"\(person)\""])
    }
}
