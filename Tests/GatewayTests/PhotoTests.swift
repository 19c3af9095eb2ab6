import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Patrol
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Handing over and looking at photos")
struct PhotoTests {
    private let photo: [UInt8]

    init() throws { photo = try SamplePhoto.whole(1) }

    @Test("A photo that comes after its record completes it")
    func after() async throws {
        try await withGateway { house in
            let waiting = try await house.put(1, .sample().naming(photo)).decoded(Receipt.self)
            #expect(waiting.state == "received" && waiting.standing == "provisional")
            #expect(waiting.missingPhotos == [sha256Hex(photo)])
            #expect(try await house.coverage(of: 5).places.provisional == 1)

            let answer = try await house.put(photo: photo, headers: [.contentDigest: contentDigest(photo)])
            #expect(answer.status == 201)
            let kept = PhotoReceipt(sha256: sha256Hex(photo), bytes: Int64(photo.count), state: "stored", code: nil)
            #expect(try answer.decoded(PhotoReceipt.self) == kept)
            let complete = try await house.put(1, .sample().naming(photo)).decoded(Receipt.self)
            #expect(complete.state == "complete" && complete.standing == "done" && complete.missingPhotos.isEmpty)
            let figures = try await house.coverage(of: 5).places
            #expect(figures.done == 1 && figures.provisional == 0)
            #expect(try await house.put(photo: photo).status == 200)
            #expect(try house.leftovers().isEmpty)
        }
    }

    @Test("A photo that comes before its record counts at once")
    func before() async throws {
        try await withGateway { house in
            #expect(try await house.put(photo: photo).status == 201)
            let receipt = try await house.put(1, .sample().naming(photo)).decoded(Receipt.self)
            #expect(receipt.state == "complete" && receipt.missingPhotos.isEmpty)
        }
    }

    @Test("Bytes count only for who sent them: another person sends them again")
    func possession() async throws {
        try await withGateway { house in
            #expect(try await house.put(photo: photo, as: "W5").status == 201)
            let other = try await house.put(1, .sample(place: "P6-1").naming(photo), as: "W6").decoded(Receipt.self)
            #expect(other.missingPhotos == [sha256Hex(photo)] && other.state == "received")
            #expect(try await house.get("/v1/photos/\(sha256Hex(photo))?size=thumb", as: "W6").status == 404)
            #expect(try await house.put(photo: photo, as: "W6").status == 201)
            #expect(
                try await house.get("/v1/reports/" + reportID(1), as: "W6").decoded(StoredReport.self).receipt.state
                    == "complete")
        }
    }

    @Test("Bytes that are not what their digest says leave nothing behind")
    func wrongDigest() async throws {
        try await withGateway { house in
            let path = "/v1/photos/" + photoDigest(7)
            let answer = try await house.send(.put, path, as: "W5", body: photo)
            #expect(answer.status == 422)
            let problem = try answer.problem()
            #expect(problem.code == "digest-mismatch" && problem.retryable)
            let header = try await house.put(photo: photo, headers: [.contentDigest: contentDigest([1])])
            #expect(header.status == 422)
            #expect(try house.leftovers().isEmpty)
            #expect(!house.gateway.photos.exists(.original, photoDigest(7)))
            #expect(!house.gateway.photos.exists(.original, sha256Hex(photo)))
            #expect(try await house.get(path + "?size=thumb", as: "W5").status == 404)
        }
    }

    @Test(
        "What is no JPEG is refused with what to do instead",
        arguments: [(SamplePhoto.png, "photo-png"), (SamplePhoto.heic, "photo-heic")])
    func foreign(bytes: [UInt8], code: String) async throws {
        try await withGateway { house in
            let answer = try await house.put(photo: bytes)
            #expect(answer.status == 415)
            let problem = try answer.problem()
            #expect(problem.code == code && problem.detail?.isEmpty == false)
            #expect(try house.leftovers().isEmpty && !house.gateway.photos.exists(.original, sha256Hex(bytes)))
        }
    }

    @Test("Over the limit is refused, whether the length is announced or not", arguments: [true, false])
    func tooLarge(isAnnounced: Bool) async throws {
        try await withGateway(.live, settings: { $0.maxPhotoBytes = 4_096 }) { house in
            let port = try #require(house.client.port)
            let body = [UInt8](repeating: 0x41, count: 10_000)
            var request =
                "PUT /v1/photos/\(photoDigest(1)) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token-of-W5\r\n"
            if isAnnounced {
                request += "Content-Length: \(body.count)\r\n\r\n" + String(decoding: body, as: UTF8.self)
            } else {
                request += "Transfer-Encoding: chunked\r\n\r\n"
                for _ in 0..<5 { request += "7d0\r\n" + String(repeating: "A", count: 2_000) + "\r\n" }
            }
            let heard = try await exchange(request, port: port, waiting: 30)
            #expect(heard.text.hasPrefix("HTTP/1.1 413") && heard.text.contains("body-too-large") && heard.isClosed)
            #expect(try house.leftovers().isEmpty)
        }
    }

    @Test(
        "A sound header around no picture is quarantined: final, told in photo receipt and record, and the visit waits")
    func quarantined() async throws {
        try await withGateway { house in
            let answer = try await house.put(photo: SamplePhoto.hollow)
            #expect(answer.status == 201)
            let kept = try answer.decoded(PhotoReceipt.self)
            #expect(kept.state == "quarantined" && kept.code?.hasPrefix("photo-") == true)
            let receipt = try await house.put(1, .sample().naming(SamplePhoto.hollow)).decoded(Receipt.self)
            #expect(receipt.unusablePhotos.map(\.state) == ["quarantined"] && receipt.missingPhotos.isEmpty)
            #expect(receipt.state == "received" && receipt.standing == "provisional")
            #expect(try await house.get("/v1/photos/\(kept.sha256)?size=large", as: "W5").status == 404)
        }
    }

    @Test("Half a picture is kept, shown and said to be damaged")
    func damaged() async throws {
        try await withGateway { house in
            let half = try SamplePhoto.cut(3)
            let kept = try await house.put(photo: half).decoded(PhotoReceipt.self)
            #expect(kept.state == "damaged" && kept.code == "photo-damaged")
            let receipt = try await house.put(1, .sample().naming(half)).decoded(Receipt.self)
            #expect(receipt.state == "complete" && receipt.unusablePhotos.map(\.state) == ["damaged"])
            #expect(try await house.get("/v1/photos/\(kept.sha256)?size=large", as: "W5").status == 200)
        }
    }

    @Test("The sender sees the pictures, the executive deputy also the original, a department nothing")
    func reading() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample().naming(photo))
            _ = try await house.put(photo: photo)
            let path = "/v1/photos/" + sha256Hex(photo)
            for size in ["large", "thumb"] {
                let answer = try await house.get(path + "?size=" + size, as: "W5")
                #expect(answer.status == 200 && answer.headers[.contentType] == "image/jpeg")
                #expect(answer.body.starts(with: [0xFF, 0xD8]) && answer.body != photo)
                #expect(try await house.get(path + "?size=" + size, as: "R-executiveDeputy").body == answer.body)
                #expect(try await house.get(path + "?size=" + size, as: "R-department").status == 404)
                #expect(try await house.get(path + "?size=" + size, as: "W6").status == 404)
            }
            #expect(try await house.get(path, as: "W5").status == 404)
            #expect(try await house.get(path, as: "R-townDispatcher").status == 404)
            let original = try await house.get(path, as: "R-executiveDeputy")
            #expect(original.status == 200 && original.body == photo)
            #expect(original.headers[.reprDigest] == contentDigest(photo))
            #expect(original.headers[.contentDisposition]?.hasPrefix("attachment") == true)

            let tag = try #require(original.headers[.eTag])
            for held in [tag, "W/" + tag, "\"other\", " + tag, "*"] {
                let unchanged = try await house.get(path, as: "R-executiveDeputy", headers: [.ifNoneMatch: held])
                #expect(unchanged.status == 304 && unchanged.body.isEmpty && unchanged.headers[.eTag] == tag)
            }
            #expect(try await house.get(path, as: "W5", headers: [.ifNoneMatch: tag]).status == 404)
        }
    }

    @Test("A photo of a key person's visit needs that right too")
    func keyPersonPhoto() async throws {
        try await withGateway { house in
            _ = try await house.put(1, PatrolReport.sample(keyPerson: "K5-1").naming(photo))
            _ = try await house.put(photo: photo)
            let path = "/v1/photos/\(sha256Hex(photo))?size=thumb"
            #expect(try await house.get(path, as: "R-townDispatcher").status == 404)
            #expect(try await house.get(path, as: "R-executiveDeputy").status == 200)
        }
    }

    @Test(
        "A digest that is none, an unknown size and unknown parameters are all named",
        arguments: [HTTPRequest.Method.get, .put])
    func badDigest(method: HTTPRequest.Method) async throws {
        try await withGateway { house in
            let answer = try await house.send(method, "/v1/photos/ABC", as: "W5")
            #expect(answer.status == 422)
            #expect(try answer.problem().defects?.map(\.code) == ["bad-digest"])
            let query = try await house.get("/v1/photos/\(photoDigest(1))?size=huge&colour=no", as: "W5")
            #expect(query.status == 422)
            #expect(try query.problem().defects?.map(\.code) == ["unknown-value", "unknown-parameter"])
        }
    }

    @Test("What an unfinished upload left is gone after a new start a day later; what may still be running is not")
    func leftovers() async throws {
        try await withGateway { house in
            let folder = house.gateway.settings.photoFolder
            try Data([1]).write(to: URL(filePath: folder + "/incoming/half"))
            try Data([1]).write(to: URL(filePath: folder + "/incoming/running"))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: folder + "/incoming/half")
            _ = try PhotoFiles(folder: folder)
            #expect(try house.leftovers() == ["running"])
        }
    }
}
