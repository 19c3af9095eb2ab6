import ArgumentParser
import Foundation
import Patrol
import Store

/// Drives the store as a county and a province do: `make county` and `make bench-province`.
@main
struct CountyYear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "county-year", abstract: "A county's year through the store, and a province's coverage measured",
        subcommands: [YearCommand.self, BenchCommand.self])
}

struct YearCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "year",
        abstract: "Plays a county's year, then verifies all of it; exits 1 unless nothing differs")

    @Option(help: "Empty folder for the database; it is kept") var folder: String
    @Option var grids = 1_000
    @Option var subjectsPerGrid = 60
    @Option var months = 12
    @Option var seed: UInt64 = 1

    func validate() throws {
        guard grids >= 40, (10...200).contains(subjectsPerGrid), (1...12).contains(months) else {
            throw ValidationError("at least 40 grids, 10 to 200 subjects in each, 1 to 12 months")
        }
    }

    func run() async throws {
        let file = DatabaseFile(folder: try emptyFolder(folder))
        let (visits, isRight) = try await file.withStore { store in try await play(in: store) }
        let bytes = try file.bytes()
        tell("bytes_a_visit", Double(bytes) / Double(visits), "bytes", places: 0)
        say("database \(bytes / 1_000_000) MB, \(visits) visits")
        guard isRight else { throw ExitCode(1) }
    }

    private func play(in store: PatrolStore) async throws -> (visits: Int, isRight: Bool) {
        let started = ContinuousClock.now
        let county = GeneratedCounty(year: 2026, grids: grids, subjectsPerGrid: subjectsPerGrid)
        try await county.enter(into: store)
        say(
            "entered \(county.grids.count) grids, \(county.subjects.count) subjects: \(decimal(secondsSince(started), 1)) s"
        )
        var year = YearOfVisits(of: county, in: store, months: months, seed: seed)
        try await year.play()
        say("year played: \(year.visits) visits, \(decimal(secondsSince(started), 1)) s")
        let isCounted = try await check(year)
        return (year.visits, try await verify(store, visits: year.visits) && isCounted)
    }

    private func check(_ year: YearOfVisits) async throws -> Bool {
        let start = ContinuousClock.now
        let check = YearCheck(
            store: year.store, county: year.county, closings: year.closings, expected: year.expected)
        let (differences, compared) = try await check.differences()
        for difference in differences.prefix(20) { say(difference) }
        say(
            "own count: \(compared) grid months without anything special, \(differences.count) differ, "
                + "\(decimal(secondsSince(start), 1)) s")
        return differences.isEmpty
    }

    private func verify(_ store: PatrolStore, visits: Int) async throws -> Bool {
        let start = ContinuousClock.now
        let result = try await store.verify(replay: replay)
        for difference in result.differences.prefix(20) { say(difference.description) }
        say(
            "verify: \(result.months) months, \(result.obligations) obligations, \(result.visits) visits, \(result.versions) versions, "
                + "\(decimal(secondsSince(start), 1)) s")
        if result.visits != visits { say("\(visits) visits were acknowledged, \(result.visits) are there") }
        say("\(result.differences.count) differences")
        return result.differences.isEmpty && result.visits == visits
    }
}

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures coverage after one month and after all of them; exits 1 if it grew by more than a tenth")

    @Option(help: "Empty folder for the database; it is removed") var folder: String
    @Option var gridsWithCounters = 70_000
    @Option(help: "One grid in so many has subjects, with a visit a month each") var denseOneIn = 20
    @Option var months = 12
    @Option var subjectsPerGrid = 60
    @Flag(help: "Close the first month at the end and measure it again") var closes = false

    func run() async throws {
        let folder = try emptyFolder(folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bench = ProvinceBench(
            file: DatabaseFile(folder: folder),
            province: GeneratedProvince(
                grids: gridsWithCounters, denseOneIn: denseOneIn, subjectsPerGrid: subjectsPerGrid),
            months: months, closes: closes)
        let ratio = try await bench.run()
        guard ratio <= ProvinceBench.mostGrowth else { throw ExitCode(1) }
    }
}
