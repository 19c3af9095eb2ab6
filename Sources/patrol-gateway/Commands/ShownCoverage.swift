import Foundation
import Patrol
import Store

/// Coverage as it is printed; the names of the members are promised to scripts.
struct ShownCoverage: Encodable {
    struct Line: Encodable {
        let name: String
        let level: String
        let places: Count
        let keyPersons: Count
    }

    struct Count: Encodable {
        let due: Int64
        let done: Int64
        let provisional: Int64
        let excused: Int64
        let awaiting: Int64
    }

    let month: String
    let area: Line
    /// Both kinds together.
    let dueTotal: Int64
    let doneTotal: Int64
    let children: [Line]

    init(_ month: Month, _ coverage: AreaCoverage) {
        self.month = month.description
        area = Line(coverage.area, coverage.totals)
        dueTotal = coverage.totals.places.due + coverage.totals.keyPersons.due
        doneTotal = coverage.totals.places.done + coverage.totals.keyPersons.done
        children = coverage.children.map { Line($0.area, $0.counts) }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    static var columns: [Column<Line>] {
        [
            Column("name", "名称") { $0.name }, Column("level", "级别") { $0.level },
            Column("placesDue", "场所应巡") { "\($0.places.due)" }, Column("placesDone", "场所已巡") { "\($0.places.done)" },
            Column("placesExcused", "场所暂免") { "\($0.places.excused)" },
            Column("placesAwaiting", "场所待认定") { "\($0.places.awaiting)" },
            Column("keyPersonsDue", "人员应访") { "\($0.keyPersons.due)" },
            Column("keyPersonsDone", "人员已访") { "\($0.keyPersons.done)" },
            Column("keyPersonsExcused", "人员暂免") { "\($0.keyPersons.excused)" },
            Column("keyPersonsAwaiting", "人员待认定") { "\($0.keyPersons.awaiting)" },
        ]
    }

    /// One line an area, figures before the name: Chinese characters are wide, so columns behind them would not align.
    func text(in language: Language) -> String {
        let title =
            language == .chinese
            ? "\(month)  场所 已巡/应巡（含暂免）  重点人员 已访/应访（含暂免）"
            : "\(month)  places done/due (with excused)  key persons done/due (with excused)"
        let total = language == .chinese ? "合计 " : "total "
        let rows = children.map { $0.figures + "  " + $0.name } + [area.figures + "  " + total + area.name]
        return ([title] + rows).joined(separator: "\n")
    }
}

extension ShownCoverage.Line {
    fileprivate init(_ area: AreaLine, _ counts: KindCounts) {
        name = area.name
        level = area.level.rawValue
        places = ShownCoverage.Count(counts.places)
        keyPersons = ShownCoverage.Count(counts.keyPersons)
    }

    fileprivate var figures: String { places.figures + "  " + keyPersons.figures }
}

extension ShownCoverage.Count {
    fileprivate init(_ count: CoverageCount) {
        due = count.due
        done = count.done
        provisional = count.provisional
        excused = count.excused
        awaiting = count.awaiting
    }

    fileprivate var figures: String {
        "\(done)/\(due)".aligned(to: 13) + percentText(done, of: due).aligned(to: 8)
            + " (\(percentText(done + excused, of: due)))".aligned(to: 10)
    }
}

extension String {
    fileprivate func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
