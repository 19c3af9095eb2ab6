/// When a month stops taking records silently (decision 7).
public struct ClosingRule: Equatable, Sendable {
    /// Whole days after the month's end during which arrivals count as in time: the 3rd, 24:00.
    public let graceDays: Int

    public init(graceDays: Int) { self.graceDays = graceDays }

    public static let standard = ClosingRule(graceDays: 3)

    /// The first instant at which a month may be closed by itself and an arrival is late.
    public func graceEnd(of month: Month, zone: DeploymentZone) -> Instant {
        zone.start(of: month.next.first.adding(days: graceDays))
    }

    /// Whether what arrives then counts as late.
    /// - Parameter closedAt: nil while the month is open.
    public func isLate(_ receivedAt: Instant, month: Month, closedAt: Instant?, zone: DeploymentZone) -> Bool {
        receivedAt >= min(graceEnd(of: month, zone: zone), closedAt ?? .latest)
    }
}

extension PathKey {
    /// The area as a whole with which a grid's month closes: its county; where there is none, the lowest area above the
    /// towns; failing that the root.
    /// - Parameter level: of each area of the path.
    public func closingUnit(level: (AreaID) -> AreaLevel?) -> AreaID? {
        let areas = areas
        return areas.last { level($0).map { $0 <= .county } ?? false } ?? areas.first
    }
}
