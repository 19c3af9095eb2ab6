import Testing
import Wire

@testable import fieldcli

struct VerdictTests {
    private let problemType = ["content-type": "application/problem+json"]

    private func answer(_ status: Int, _ body: some Encodable, _ headers: [String: String] = [:]) -> Answer {
        Answer(status: status, headers: headers, body: frozenJSON(body))
    }

    private func report(_ answer: Answer) -> Verdict { AnswerReader().verdict(on: answer, report: "r", sha256: "d") }

    @Test func `a receipt counts only for this record and these bytes`() {
        let receipt = specimenReceipt("r", sha256: "d")
        #expect(report(answer(201, receipt)) == .accepted(receipt))
        #expect(report(answer(200, receipt)) == .accepted(receipt))
        #expect(report(answer(200, specimenReceipt("r", sha256: "other"))) == .deferred(.strangeAnswer(200)))
        #expect(report(answer(200, specimenReceipt("other", sha256: "d"))) == .deferred(.strangeAnswer(200)))
    }

    @Test(arguments: [200, 201, 302, 400, 401, 403, 404, 413, 500, 502])
    func `a page of somebody else never settles anything`(status: Int) {
        let page = Answer(
            status: status, headers: ["content-type": "text/html"], body: Array("<html>login</html>".utf8))
        #expect(report(page) == .deferred(.strangeAnswer(status)))
        #expect(AnswerReader().verdict(on: page, photo: "p") == .deferred(.strangeAnswer(status)))
    }

    @Test(arguments: [400, 403, 404, 409, 413, 415, 422])
    func `a refusal by the gateway is final`(status: Int) {
        let problem = specimenProblem(status, "no")
        #expect(report(answer(status, problem, problemType)) == .refused(problem))
    }

    @Test func `what the gateway calls worth repeating is repeated`() {
        let mutilated = specimenProblem(422, "digest-mismatch", retryable: true)
        #expect(report(answer(422, mutilated, problemType)) == .deferred(mutilated))
        let broken = specimenProblem(500, "internal")
        #expect(report(answer(500, broken, problemType)) == .deferred(broken))
    }

    @Test func `401 asks for a login, 429 and 503 for patience`() {
        let ended = specimenProblem(401, "login-required")
        #expect(report(answer(401, ended, problemType)) == .loggedOut(ended))
        let busy = specimenProblem(503, "busy")
        let patient = problemType.merging(["retry-after": "7"]) { first, _ in first }
        #expect(report(answer(503, busy, patient)) == .busy(busy, retryAfter: .seconds(7)))
        let page = Answer(status: 429, headers: ["retry-after": "soon"], body: [])
        #expect(report(page) == .busy(.strangeAnswer(429), retryAfter: nil))
    }

    @Test(arguments: ["password-must-change", "password-expired"])
    func `a password that is due keeps the record for after the change`(code: String) {
        let due = specimenProblem(403, code)
        #expect(report(answer(403, due, problemType)) == .barred(due))
    }

    @Test func `a photo is stored, damaged or quarantined`() {
        func verdict(_ state: String, _ code: String?) -> Verdict {
            AnswerReader().verdict(
                on: answer(201, PhotoReceipt(sha256: "p", bytes: 3, state: state, code: code)), photo: "p")
        }
        #expect(verdict("stored", nil) == .photoStored)
        #expect(verdict("damaged", "truncated") == .photoUnusable(isDamaged: true, code: "truncated"))
        #expect(verdict("quarantined", "too-many-pixels") == .photoUnusable(isDamaged: false, code: "too-many-pixels"))
        #expect(verdict("shiny", nil) == .deferred(.strangeAnswer(201)))
        let other = answer(200, PhotoReceipt(sha256: "q", bytes: 3, state: "stored", code: nil))
        #expect(AnswerReader().verdict(on: other, photo: "p") == .deferred(.strangeAnswer(200)))
    }
}
