public import Patrol

/// A station's joint work of a month: what it owed, and what took place.
public struct StationJointWork: Equatable, Sendable {
    public let station: AreaLine
    public let duties: [JointDuty]
    /// In the month or in a week that belongs to it.
    public let works: [JointWork]
}

/// Why joint work is not taken.
public enum JointRefusal: Error, Equatable, Sendable {
    case notAStation
    case noSuchWork
    case alreadyWithdrawn
}

extension PatrolStore {
    /// Enters what took place.
    /// - Throws: `JointRefusal`, `StoreError.uniqueViolation` for an id that is taken.
    public func record(_ work: JointWork, by person: String, at now: Instant) async throws {
        try await database.write { connection in
            try connection.requireStation(work.station)
            try connection.run(
                """
                INSERT INTO joint_work (id, station_id, task, scope, day, led_by, minutes, decisions, recorded_at,
                    recorded_by, withdrawn_at, withdrawn_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, NULL)
                """,
                [
                    .text(work.id), .text(work.station.text), .text(work.task.rawValue), .text(work.scope.rawValue),
                    .text(work.day.description), .text(work.ledBy), .text(work.minutes),
                    .text(work.decisions.joined(separator: "\n")), .integer(now.milliseconds), .text(person),
                ])
            for (position, participant) in work.participants.enumerated() {
                try connection.run(
                    """
                    INSERT INTO joint_work_participant (work_id, position, capacity, unit, name, person_id)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    [
                        .text(work.id), SQLValue(position), .text(participant.capacity.rawValue),
                        SQLValue(participant.unit), .text(participant.name), SQLValue(participant.person),
                    ])
            }
        }
    }

    /// Takes back what was entered by mistake; it stays on record as withdrawn.
    public func withdrawJointWork(_ id: String, by person: String, at now: Instant) async throws {
        try await database.write { connection in
            guard try !connection.rows("SELECT 1 FROM joint_work WHERE id = $1", [.text(id)]).isEmpty else {
                throw JointRefusal.noSuchWork
            }
            let withdrawn = try connection.run(
                "UPDATE joint_work SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1 AND withdrawn_at IS NULL",
                [.text(id), .integer(now.milliseconds), .text(person)])
            guard withdrawn == 1 else { throw JointRefusal.alreadyWithdrawn }
        }
    }

    /// Whose joint work an id is.
    public func station(ofJointWork id: String) async throws -> AreaID? {
        try await database.read { connection in
            try connection.rows("SELECT station_id FROM joint_work WHERE id = $1", [.text(id)]).first.flatMap {
                AreaID(try $0.text(0))
            }
        }
    }

    /// What the stations below an area owed in a month and what took place, by station.
    public func jointWork(below path: PathKey, in month: Month, known: Knowledge = .now) async throws
        -> [StationJointWork]
    {
        let first = month.first.adding(days: -6)
        let postings = Dictionary(
            grouping: try await postings(below: path, during: first...month.last, known: known), by: \.station)
        return try await database.read { connection in
            let tree = try connection.areaTree(on: month.last, known: known)
            let stations = try connection.rows("SELECT id FROM area WHERE level = 'station' ORDER BY id", [])
                .compactMap { row in
                    AreaID(try row.text(0)).flatMap { tree.has($0, below: path) ? $0 : nil }
                }
            let lines = try connection.areaLines(stations.map(\.text), on: month.last, known: known)
            return try stations.compactMap { station in
                guard let line = lines[station] else { return nil }
                let works = try connection.jointWorks(of: station, from: first, to: month.last, known: known)
                let posted = (postings[station] ?? []).map {
                    PostedUnit(unit: $0.unit, manner: $0.manner, from: $0.from, to: $0.to)
                }
                let duties = jointDuties(of: month, posted: posted, works: works)
                return StationJointWork(
                    station: line, duties: duties,
                    works: works.filter { work in
                        month.contains(work.day) || duties.contains { $0.period.contains(work.day) }
                    })
            }
        }
    }
}

extension SQLConnection {
    func requireStation(_ area: AreaID) throws {
        guard
            try !rows("SELECT 1 FROM area WHERE id = $1 AND level = 'station'", [.text(area.text)]).isEmpty
        else { throw JointRefusal.notAStation }
    }

    fileprivate func jointWorks(of station: AreaID, from first: Day, to last: Day, known: Knowledge) throws
        -> [JointWork]
    {
        let moment = (known.at ?? .latest).milliseconds
        return try rows(
            """
            SELECT id, task, scope, day, led_by, minutes, decisions FROM joint_work
            WHERE station_id = $1 AND day >= $2 AND day <= $3 AND recorded_at <= $4
                AND (withdrawn_at IS NULL OR withdrawn_at > $4) ORDER BY day, id
            """, [.text(station.text), .text(first.description), .text(last.description), .integer(moment)]
        ).compactMap { row in
            guard let task = JointTask(rawValue: try row.text(1)), let scope = JointScope(rawValue: try row.text(2)),
                let day = Day(try row.text(3))
            else { return nil }
            let participants = try rows(
                """
                SELECT capacity, unit, name, person_id FROM joint_work_participant WHERE work_id = $1 ORDER BY position
                """, [.text(try row.text(0))]
            ).compactMap { row -> JointWork.Participant? in
                guard let capacity = JointCapacity(rawValue: try row.text(0)) else { return nil }
                return .init(
                    capacity: capacity, unit: try row.optionalText(1), name: try row.text(2),
                    person: try row.optionalText(3))
            }
            return JointWork(
                id: try row.text(0), station: station, task: task, scope: scope, day: day, ledBy: try row.text(4),
                minutes: try row.text(5),
                decisions: try row.text(6).split(separator: "\n").map(String.init), participants: participants)
        }
    }
}
