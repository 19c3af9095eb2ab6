import Patrol
import Store
import TestSupport
import Testing

@Suite("Group commit")
struct GroupCommitTests {
    @Test("a job that fails fails alone", arguments: Engine.all)
    func failsAlone(engine: Engine) async throws {
        try await withGatedGroup(engine, maxWaiting: 9) { gated in
            let outcomes = try await gated.behindHeldCommit(writers: 10, fails: { $0.isMultiple(of: 3) })
            let refused = try #require(outcomes.firstIndex(of: .storeError(.queueFull)))
            for number in 0...10 where number != refused {
                let fails = number > 0 && number.isMultiple(of: 3)
                #expect(outcomes[number] == (fails ? .failed(number) : .written(number)))
            }
            #expect(gated.database.commits == 2, "the nine did not share a commit")
            #expect(gated.database.attempts == 2, "a batch with a failing job is rolled back before its commit")
            let written = [0, 1, 2, 4, 5, 7, 8, 10].filter { $0 != refused }
            #expect(Set(try await gated.database.months()) == Set(written.map { "\($0)" }))
        }
    }

    @Test("a commit that fails fails every job of its batch, and the next batch is written", arguments: Engine.all)
    func failingCommit(engine: Engine) async throws {
        try await withGatedGroup(engine, maxWaiting: 5) { gated in
            gated.database.failCommit(2)
            let outcomes = try await gated.behindHeldCommit(writers: 6)
            #expect(outcomes[0] == .written(0))
            #expect(outcomes.count { $0 == .storeError(.diskFull) } == 5)
            #expect(outcomes.count { $0 == .storeError(.queueFull) } == 1)
            #expect(try await gated.database.months() == ["0"])
            #expect(await gated.write(7) == .written(7))
            #expect(try await gated.database.months() == ["0", "7"])
        }
    }

    @Test("nobody is answered before the commit", arguments: Engine.all)
    func answeredAfterCommit(engine: Engine) async throws {
        try await withGatedGroup(engine) { gated in
            let (answers, answered) = AsyncStream.makeStream(of: String.self)
            gated.database.hold()
            let writer = Task {
                let outcome = await gated.write(1)
                answered.yield("answer")
                return outcome
            }
            await gated.database.waitUntilHeld()
            // The body has run and its row is written; only the commit is missing.
            try await Task.sleep(for: .milliseconds(30))
            #expect(try await gated.database.months() == [])
            answered.yield("release")
            gated.database.release()
            #expect(await writer.value == .written(1))
            answered.finish()
            #expect(await answers.reduce(into: []) { $0.append($1) } == ["release", "answer"])
        }
    }

    @Test("a caller that is cancelled while it waits changes nothing", arguments: Engine.all)
    func cancelledWaiter(engine: Engine) async throws {
        try await withGatedGroup(engine, maxWaiting: 5) { gated in
            let outcomes = try await gated.behindHeldCommit(
                writers: 6,
                meanwhile: { tasks in
                    for task in tasks { task.cancel() }
                })
            let written = outcomes.indices.filter { outcomes[$0] == .written($0) }
            #expect(written.count == 6 && outcomes.count { $0 == .storeError(.queueFull) } == 1)
            #expect(Set(try await gated.database.months()) == Set(written.map { "\($0)" }))
        }
    }

    @Test("who waits too long is told so; what was under way is written, what was queued is not", arguments: Engine.all)
    func patience(engine: Engine) async throws {
        try await withGatedGroup(engine, patience: .seconds(1)) { gated in
            gated.database.hold()
            // On a busy machine it may be dropped from the queue before it begins; then it is tried again.
            let first = Task {
                var outcome = await gated.write(1)
                while gated.database.attempts == 0 { outcome = await gated.write(1) }
                return outcome
            }
            await gated.database.waitUntilHeld()
            let second = await gated.write(2)
            #expect(second == .storeError(.busy))
            let outcome = await first.value
            #expect(outcome == .storeError(.busy))
            gated.database.release()
            // On a busy machine the next one may have to wait too long as well.
            var number = 3
            while await gated.write(number) != .written(number) { number += 1 }
            let months = try await gated.database.months()
            #expect(months.contains("1") && !months.contains("2"))
        }
    }

    @Test("a full queue answers at once", arguments: Engine.all)
    func fullQueue(engine: Engine) async throws {
        try await withGatedGroup(engine, maxBatch: 1, maxWaiting: 3) { gated in
            // The helper counts seven refusals while the commit is still held.
            let outcomes = try await gated.behindHeldCommit(
                writers: 10, meanwhile: { _ in #expect(gated.database.commits == 0) })
            #expect(outcomes.count { $0 == .storeError(.queueFull) } == 7)
            #expect(try await gated.database.months().count == 4)
            #expect(gated.database.commits == 4, "a batch held more than one job")
            #expect(await gated.write(11) == .written(11))
        }
    }

    @Test("five hundred writers share three commits", arguments: Engine.all)
    func manyWriters(engine: Engine) async throws {
        try await withGatedGroup(engine, maxBatch: 256, maxWaiting: 500) { gated in
            let outcomes = try await gated.behindHeldCommit(writers: 501)
            #expect(outcomes.count { if case .written = $0 { true } else { false } } == 501)
            #expect(try await gated.database.months().count == 501)
            #expect(gated.database.commits == 3)
        }
    }

    @Test("what waits at closing is written, and nothing is taken after it", arguments: Engine.all)
    func closing(engine: Engine) async throws {
        try await withGatedGroup(engine, maxWaiting: 9) { gated in
            let outcomes = try await gated.behindHeldCommit(
                writers: 10,
                meanwhile: { _ in
                    gated.group.close()
                    #expect(await gated.write(99) == .storeError(.unavailable("shutting down")))
                })
            #expect(outcomes.count { $0 == .storeError(.queueFull) } == 1)
            #expect(try await gated.database.months().count == 10)
        }
    }

    @Test func `a full disk is said to be full and loses nothing that was acknowledged`() async throws {
        try await withGatedGroup(.sqlite) { gated in
            _ = try await gated.database.write { connection in
                let pages = try connection.rows("PRAGMA page_count", [])[0].integer(0)
                try connection.rows("PRAGMA max_page_count = \(pages + 4)", [])
            }
            var outcomes: [WriteOutcome] = []
            for round in 0..<10 {
                outcomes += await withTaskGroup(of: WriteOutcome.self) { tasks in
                    for number in 0..<100 { tasks.addTask { await gated.write(1_000_000 + round * 100 + number) } }
                    return await tasks.reduce(into: []) { $0.append($1) }
                }
            }
            let months = try await gated.database.months()
            for case .written(let number) in outcomes { #expect(months.contains("\(number)"), "\(number) was lost") }
            let refusals = outcomes.filter { if case .written = $0 { false } else { true } }
            #expect(!refusals.isEmpty)
            #expect(Set(refusals.map { "\($0)" }) == ["\(WriteOutcome.storeError(.diskFull))"])
        }
    }
}
