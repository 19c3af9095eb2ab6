import ArgumentParser
import Testing
import Wire

@testable import fieldcli

struct CommandTests {
    @Test(arguments: [
        ["P1", "--new-place", "新店"], ["--address", "x"], ["P1", "--urgent"], ["P1", "--accuracy", "5"],
        ["P1", "--at", "30.8"], ["P1", "--at", "north,east"], ["P1", "--at", "1,2", "--system", "WGS84"],
    ])
    func `options that do not fit together are a usage error`(arguments: [String]) {
        #expect(throws: (any Error).self) { try ReportCommand.parse(arguments) }
    }

    @Test func `two options are enough, and a position may be south or west`() throws {
        let command = try ReportCommand.parse(["place-00001", "--at", "-30.87,-120.42"])
        #expect(command.position.fix == PatrolReport.Fix(latitude: -30.87, longitude: -120.42, system: "WGS-84"))
        #expect(RecordDraft.usualOutcome("place") == "checked")
        #expect(RecordDraft.usualOutcome("keyPerson") == "met")
        #expect(RecordDraft.usualOutcome(nil) == nil)
        #expect(
            try ReportCommand.parse(["P1", "--at", "30.87，120.42"]).position.at
                == TypedPosition(argument: "30.87, 120.42"))
    }

    @Test func `nothing is dropped without a yes`() throws {
        #expect(throws: (any Error).self) { try OutboxDrop.parse(["some-id"]) }
        #expect(try OutboxDrop.parse(["some-id", "--yes"]).yes)
    }

    @Test func `the exit code names the gravest thing to act on`() {
        func status(_ ending: DeliveryEnding, _ states: [DeliveryState]) -> fieldcli.ExitStatus {
            var report = DeliveryReport(entries: [])
            let records = Dictionary(uniqueKeysWithValues: states.enumerated().map { ("r\($0.offset)", $0.element) })
            report.end(ending, records)
            return report.status
        }
        var refused = specimenState(1)
        refused.hear(.refused(specimenProblem(409, "no")), about: .report)
        var done = specimenState(2)
        done.hear(.accepted(specimenReceipt("r", sha256: "d")), about: .report)
        #expect(status(.settled, [done]) == .success)
        #expect(status(.settled, [done, refused]) == .dataRefused)
        #expect(status(.settled, [refused, specimenState(3)]) == .temporaryFailure)
        #expect(status(.offline, [specimenState(3)]) == .unavailable)
        #expect(status(.loggedOut, [specimenState(3)]) == .notPermitted)
    }

    @Test func `failures say what to do in both languages and carry the defects`() {
        let problem = Problem(
            type: "", title: "坏", status: 422, detail: "改", code: "invalid", instance: nil, retryable: false,
            defects: [.init(pointer: "/fix", code: "x", message: "m")])
        func failure(_ status: Int, _ body: some Encodable, _ type: String = "application/problem+json") -> Failure {
            Failure(
                answer: Answer(
                    status: status, headers: ["content-type": type, "retry-after": "9"], body: frozenJSON(body)))
        }
        #expect(failure(422, problem).status == .dataRefused)
        #expect(failure(422, problem).defects.map(\.pointer) == ["/fix"])
        #expect(failure(401, problem).message.en.contains("fieldcli login"))
        #expect(failure(503, problem).status == .temporaryFailure)
        #expect(failure(503, problem).retryAfter == .seconds(9))
        #expect(failure(200, "hello", "text/html").code == "strange-answer")
    }
}
