/// How a department's unit is at a station (HZ 警务联勤站 and its kin; A18).
public enum PostingManner: String, CaseIterable, Sendable {
    /// 常驻: every working day
    case resident
    /// 轮驻: on fixed days
    case rotating
    /// 联驻: when called
    case linked
}

/// How many live in an area.
public struct AreaSize: Equatable, Sendable {
    public let households: Int
    public let people: Int?

    public init(households: Int, people: Int?) {
        self.households = households
        self.people = people
    }

    /// GB/T 34300-2017 5 (宜): a general grid of a community has 300–500 households or about 1,000 people; special-purpose
    /// grids and those of villages are as they are.
    /// - Returns: nil where there is nothing to say.
    public func warning(for kind: GridKind) -> SizeWarning? {
        guard kind == .general else { return nil }
        if households > 500, people.map({ $0 > 1_500 }) ?? true { return .tooLarge }
        if households < 300, people.map({ $0 < 700 }) ?? true { return .tooSmall }
        return nil
    }
}

public enum SizeWarning: String, CaseIterable, Sendable {
    case tooLarge, tooSmall
}

/// Whether somebody works in a grid, and whether who works there may, over the days of a month.
public struct GridStaffing: Equatable, Sendable {
    /// Days without any grid worker (空岗).
    public let vacantDays: Int
    /// Days on which somebody was at work, nobody of them with a certificate that holds.
    public let uncertifiedDays: Int
    public let days: Int

    /// - Parameters:
    ///   - duties: persons' terms in the grid, those that make somebody responsible for it.
    ///   - certificates: terms by person.
    public init(
        days period: ClosedRange<Day>, duties: [Dated<String>], certificates: [String: [Dated<String>]]
    ) {
        var vacant = 0
        var uncertified = 0
        for day in period {
            let present = duties.filter { $0.holds(on: day) }.map(\.value)
            if present.isEmpty {
                vacant += 1
            } else if !present.contains(where: { person in
                certificates[person]?.contains { $0.holds(on: day) } ?? false
            }) {
                uncertified += 1
            }
        }
        vacantDays = vacant
        uncertifiedDays = uncertified
        days = period.lowerBound.distance(to: period.upperBound) + 1
    }
}

extension Capacity {
    /// Whether a duty in this capacity makes somebody responsible for the grid (HZ 人员组成).
    public var holdsGrid: Bool {
        switch self {
        case .fullTime, .partTime, .gridLead: true
        case .guide, .gridPolice, .stationedStaff, .villageCadre, .volunteer, .other: false
        }
    }
}
