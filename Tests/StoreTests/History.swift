import Patrol
import Store
import TestSupport

/// What happened to a small county in some weeks, without the order in which the gateway learned of it.
struct History: Sendable {
    enum Step: Sendable {
        case visit(RecordDraft)
        case photo(number: Int, worker: Int)
        case refuse(SubjectKind, report: Int)
        case move(SubjectKind, String, to: Int?, from: Day)
        case transfer(Int, toManager: Int, from: Day)
    }

    private var visits: [RecordDraft] = []
    private var photos: [Step] = []
    private var refused: [(kind: SubjectKind, report: Int)] = []
    /// Moves and transfers: later ones put earlier ones right, so that their order is part of what happened.
    private var changes: [Step] = []

    private static let workers = [5, 6, 7]
    private static let firstDay = day("2026-02-20")

    init(using generator: inout SplitMix64) {
        for number in 1...Int.random(in: 6...12, using: &generator) {
            visits.append(Self.visit(number, using: &generator))
        }
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            photos.append(
                .photo(
                    number: .random(in: 1...4, using: &generator),
                    worker: Self.workers.randomElement(using: &generator) ?? 5))
        }
        for visit in visits where generator.oneIn(4) {
            if let kind = visit.visit?.subject.kind { refused.append((kind, visit.number)) }
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let from = Self.firstDay.adding(days: .random(in: 0...60, using: &generator))
            if generator.oneIn(3) {
                let area = Int.random(in: 3...7, using: &generator)
                let managers = area < 5 ? [1, 2] : [1, 2, 3, 4]
                changes.append(.transfer(area, toManager: managers.randomElement(using: &generator) ?? 1, from: from))
            } else {
                let (kind, subject) = Self.subject(using: &generator)
                changes.append(
                    .move(kind, subject, to: [nil, 5, 6, 7, 9].randomElement(using: &generator) ?? nil, from: from))
            }
        }
    }

    private static func subject(using generator: inout SplitMix64) -> (SubjectKind, String) {
        let subjects: [(SubjectKind, String)] = [
            (.place, "P5-1"), (.place, "P5-2"), (.place, "P6-1"), (.place, "P7-3"), (.keyPerson, "K5-1"),
            (.keyPerson, "K6-2"),
        ]
        return subjects.randomElement(using: &generator) ?? subjects[0]
    }

    /// Few subjects, around two month boundaries, so that visits compete.
    private static func visit(_ number: Int, using generator: inout SplitMix64) -> RecordDraft {
        let (kind, subject) = generator.oneIn(10) ? (.place, "unknown") : subject(using: &generator)
        let worker = workers.randomElement(using: &generator) ?? 5
        let counts = generator.oneIn(2)
        let draft =
            switch kind {
            case .place:
                RecordDraft(
                    number, place: subject,
                    counts ? .checked : PlaceOutcome.allCases.randomElement(using: &generator) ?? .checked, by: worker)
            case .keyPerson:
                RecordDraft(
                    number, keyPerson: subject,
                    counts ? .met : PersonOutcome.allCases.randomElement(using: &generator) ?? .met, by: worker)
            }
        let dated = draft.with {
            let hours = Int64.random(in: 0...50 * 24, using: &generator)
            $0.capturedAt = instant("2026-02-20T09:00:00+08:00").adding(milliseconds: hours * 3_600_000)
            // Mostly later than made, sometimes days earlier by the gateway's clock.
            $0.receivedAt = $0.capturedAt.adding(milliseconds: .random(in: -5...40, using: &generator) * 86_400_000)
            $0.photos = [1, 2, 3, 4].filter { _ in generator.oneIn(5) }.map(photoDigest)
            $0.capacity = [.fullTime, .fullTime, .partTime, .volunteer, nil].randomElement(using: &generator) ?? nil
        }
        // Some handhelds were started anew, so that only their wall clock speaks.
        return generator.oneIn(4) ? dated : dated.timed
    }

    /// One order in which all of it may have reached the gateway.
    func order(using generator: inout SplitMix64) -> [Step] {
        var order = (visits.map(Step.visit) + photos).shuffled(using: &generator)
        let places = changes.map { _ in Int.random(in: 0...order.count, using: &generator) }.sorted()
        for (place, change) in zip(places, changes).reversed() { order.insert(change, at: place) }
        for (kind, report) in refused {
            let visit = order.firstIndex {
                if case .visit(let draft) = $0 { draft.number == report } else { false }
            }
            let place = Int.random(in: (visit ?? 0) + 1...order.count, using: &generator)
            order.insert(.refuse(kind, report: report), at: place)
        }
        return order
    }

    /// Photo 3 arrives damaged, photo 4 is no picture at all.
    private static func state(ofPhoto number: Int) -> PhotoState {
        switch number {
        case 3: .damaged
        case 4: .quarantined
        default: .stored
        }
    }

    static func play(_ steps: [Step], in store: PatrolStore) async throws {
        let now = instant("2026-03-01T09:00:00+08:00")
        for step in steps {
            switch step {
            case .visit(let draft):
                try await store.stored(draft)
            case .photo(let number, let worker):
                try await store.add(photo: number, state(ofPhoto: number), by: worker)
            case .refuse(let kind, let report): try await store.refuse(report, kind)
            case .move(let kind, let subject, let grid, let from):
                try await store.move(kind, subject, to: grid.map(areaID), from: from, at: now)
            case .transfer(let area, let manager, let from):
                try await store.transfer(areaID(area), toManager: areaID(manager), from: from, at: now)
            }
        }
    }
}
