import Testing
import Wire

@testable import fieldcli

struct DeliveryStateTests {
    @Test func `done only with a receipt and every photo confirmed`() {
        var state = specimenState(1, photos: ["a", "b"])
        #expect(state.parcels == [.report])
        state.hear(.accepted(specimenReceipt("r", sha256: "d", missing: ["a", "b"])), about: .report)
        #expect(state.phase == .sent)
        state.hear(.photoStored, about: .photo("a"))
        #expect(state.phase == .sent)
        #expect(state.parcels == [.photo("b")])
        state.hear(.photoStored, about: .photo("b"))
        #expect(state.phase == .done)
        #expect(state.parcels.isEmpty)
    }

    @Test func `photos that the gateway has already are not sent`() {
        var state = specimenState(1, photos: ["a", "b"])
        state.hear(.accepted(specimenReceipt("r", sha256: "d", missing: ["b"])), about: .report)
        #expect(state.parcels == [.photo("b")])
    }

    @Test func `a refusal is final and visible, whatever is heard afterwards`() {
        var state = specimenState(1, photos: ["a"])
        let problem = specimenProblem(409, "report-conflict")
        state.hear(.refused(problem), about: .report)
        let refused = state
        for verdict in [Verdict.accepted(specimenReceipt("r", sha256: "d")), .photoStored, .deferred(problem)] {
            state.hear(verdict, about: .report)
            state.hear(verdict, about: .photo("a"))
        }
        #expect(state == refused)
        #expect(state.phase == .refused)
        #expect(state.problem == problem)
        state.retry()
        #expect(state.phase == .waiting)
        #expect(state.problem == nil)
    }

    @Test(arguments: [
        (Verdict.photoUnusable(isDamaged: true, code: "truncated"), DeliveryState.Photo.State.damaged),
        (.photoUnusable(isDamaged: false, code: "bomb"), .quarantined),
        (.refused(specimenProblem(413, "too-large")), .refused),
    ])
    func `a photo of no use keeps its record in the outbox`(verdict: Verdict, expected: DeliveryState.Photo.State) {
        var state = specimenState(1, photos: ["a", "b"])
        state.hear(.accepted(specimenReceipt("r", sha256: "d", missing: ["a", "b"])), about: .report)
        state.hear(verdict, about: .photo("a"))
        #expect(state.photos[0].state == expected)
        #expect(state.phase == .sent, "the other photo still goes")
        state.hear(.photoStored, about: .photo("b"))
        #expect(state.phase == .unusable)
        state.retry()
        #expect(state.parcels == [.photo("a")])
    }

    @Test func `a receipt that already knows of a useless photo says so`() {
        var state = specimenState(1, photos: ["a"])
        let unusable = Receipt.UnusablePhoto(sha256: "a", state: "quarantined", code: "bomb")
        state.hear(.accepted(specimenReceipt("r", sha256: "d", unusable: [unusable])), about: .report)
        #expect(state.phase == .unusable)
        #expect(state.photos[0].code == "bomb")
    }

    @Test func `attempts are counted and the last reason is kept`() {
        var state = specimenState(1)
        state.hear(.unreachable(.unreachable("no route")), about: .report)
        state.hear(.deferred(specimenProblem(500, "internal")), about: .report)
        #expect(state.attempts == 2)
        #expect(state.problem?.code == "internal")
        #expect(state.phase == .waiting)
    }
}
