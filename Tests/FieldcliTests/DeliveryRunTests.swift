import Testing
import Wire

@testable import fieldcli

struct DeliveryRunTests {
    private func run(_ records: [String: DeliveryState], _ patience: Patience = .standard) -> DeliveryRun<SeededRandom>
    {
        DeliveryRun(records, patience: patience, random: SeededRandom(seed: 1))
    }

    /// Takes everything at once and notes the order.
    private func order(_ records: [String: DeliveryState]) -> [Parcel] {
        var run = run(records)
        var order: [Parcel] = []
        while case .send(let parcel) = run.next(at: .zero) {
            order.append(parcel)
            let missing = run.records[parcel.record]?.photos.map(\.sha256) ?? []
            let verdict: Verdict =
                parcel.content == .report
                ? .accepted(specimenReceipt(parcel.record, sha256: "d", missing: missing)) : .photoStored
            _ = run.hear(verdict, about: parcel, at: .zero)
        }
        return order
    }

    @Test func `urgent first, then oldest first, photos after all reports`() {
        let order = order([
            "a": specimenState(1, photos: ["a1", "a2"]), "b": specimenState(2),
            "c": specimenState(3, urgent: true, photos: ["c1"]),
            "d": specimenState(4, urgent: true),
        ])
        #expect(
            order == [
                Parcel(record: "c", content: .report), Parcel(record: "d", content: .report),
                Parcel(record: "a", content: .report),
                Parcel(record: "b", content: .report), Parcel(record: "c", content: .photo("c1")),
                Parcel(record: "a", content: .photo("a1")), Parcel(record: "a", content: .photo("a2")),
            ])
    }

    @Test func `a refusal does not stop those behind it`() {
        var run = run(["a": specimenState(1), "b": specimenState(2)])
        #expect(run.next(at: .zero) == .send(Parcel(record: "a", content: .report)))
        _ = run.hear(.refused(specimenProblem(422, "no")), about: Parcel(record: "a", content: .report), at: .zero)
        #expect(run.next(at: .zero) == .send(Parcel(record: "b", content: .report)))
        _ = run.hear(
            .accepted(specimenReceipt("b", sha256: "d")), about: Parcel(record: "b", content: .report), at: .zero)
        #expect(run.next(at: .zero) == .finish(.settled))
        #expect(run.records["a"]?.phase == .refused)
    }

    @Test func `the end of a session stops everything`() {
        var run = run(["a": specimenState(1), "b": specimenState(2)])
        _ = run.hear(
            .loggedOut(specimenProblem(401, "login-required")), about: Parcel(record: "a", content: .report), at: .zero)
        #expect(run.next(at: .zero) == .finish(.loggedOut))
        #expect(run.records["a"]?.phase == .waiting)
    }

    @Test func `three tries without an answer are enough, and nobody waits longer for the second record`() {
        var run = run(["a": specimenState(1), "b": specimenState(2)])
        var now = Duration.zero
        var tries = 0
        loop: while true {
            switch run.next(at: now) {
            case .send(let parcel):
                tries += 1
                #expect(parcel.record == "a", "a report keeps its place")
                _ = run.hear(.unreachable(.unreachable("down")), about: parcel, at: now)
            case .wait(let until): now = until
            case .finish(let ending):
                #expect(ending == .offline)
                break loop
            }
        }
        #expect(tries == 3)
    }

    @Test func `Retry-After holds for the whole gateway; a wait too long ends the run`() {
        let report = Parcel(record: "a", content: .report)
        var patient = run(["a": specimenState(1), "b": specimenState(2)], .during(.seconds(3_600)))
        _ = patient.hear(.busy(specimenProblem(503, "busy"), retryAfter: .seconds(100)), about: report, at: .seconds(5))
        guard case .wait(let until) = patient.next(at: .seconds(5)) else {
            Issue.record("must wait")
            return
        }
        #expect(until >= .seconds(105) && until <= .seconds(106))
        #expect(patient.next(at: until) == .send(report))

        var brief = run(["a": specimenState(1)])
        _ = brief.hear(.busy(specimenProblem(503, "busy"), retryAfter: .seconds(100)), about: report, at: .zero)
        #expect(brief.next(at: .zero) == .finish(.outOfTime))
    }

    @Test func `a photo that breaks every connection does not block the next`() {
        var records = ["a": specimenState(1, photos: ["bad", "good"])]
        records["a"]?.hear(.accepted(specimenReceipt("a", sha256: "d", missing: ["bad", "good"])), about: .report)
        var run = run(records)
        var now = Duration.zero
        var sent: [Parcel.Content] = []
        loop: while sent.count < 20 {
            switch run.next(at: now) {
            case .send(let parcel):
                sent.append(parcel.content)
                let isBad = parcel.content == .photo("bad")
                _ = run.hear(isBad ? .unreachable(.unreachable("reset")) : .photoStored, about: parcel, at: now)
            case .wait(let until): now = until
            case .finish: break loop
            }
        }
        #expect(sent.prefix(2) == [.photo("bad"), .photo("good")])
        #expect(sent.count { $0 == .photo("bad") } == 3)
    }

    @Test func `bytes that two records share travel once`() {
        var run = run(["a": specimenState(1, photos: ["same"]), "b": specimenState(2, photos: ["same"])])
        for id in ["a", "b"] {
            _ = run.hear(
                .accepted(specimenReceipt(id, sha256: "d", missing: ["same"])),
                about: Parcel(record: id, content: .report),
                at: .zero)
        }
        let changed = run.hear(.photoStored, about: Parcel(record: "a", content: .photo("same")), at: .zero)
        #expect(Set(changed) == ["a", "b"])
        #expect(run.records["b"]?.phase == .done)
        #expect(run.next(at: .zero) == .finish(.settled))
    }
}
