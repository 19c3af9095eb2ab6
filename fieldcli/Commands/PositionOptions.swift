import ArgumentParser
import Foundation
import Patrol
import Wire

/// Latitude and longitude as a worker types them: `30.87,120.42`, in this order.
struct TypedPosition: ExpressibleByArgument, Equatable, Sendable {
    let latitude: Double
    let longitude: Double

    /// Reads the numbers only. Whether they name a place is for the record's check, which says so with everything else.
    init?(argument: String) {
        let parts = argument.split(whereSeparator: { $0 == "," || $0 == "，" }).map {
            Double($0.trimmingCharacters(in: .whitespaces))
        }
        guard parts.count == 2, let latitude = parts[0], let longitude = parts[1], latitude.isFinite, longitude.isFinite
        else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// Where the worker stands.
struct PositionOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            Language.ofProcess(zh: "所在位置：纬度,经度（度）", en: "Where you stand: latitude,longitude in degrees"),
            valueName: "lat,lon"))
    var at: TypedPosition?

    @Option(
        help: hint(
            "坐标系：WGS-84、CGCS2000、GCJ-02 或 BD-09（终端卫星定位为 WGS-84）",
            "Coordinate system: WGS-84, CGCS2000, GCJ-02 or BD-09 (a satellite fix of a handheld is WGS-84)"))
    var system = CoordinateSystem.wgs84.rawValue

    func validate() throws {
        guard CoordinateSystem(rawValue: system) != nil else {
            let names = CoordinateSystem.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(
                Language.ofProcess(
                    zh: "不认识坐标系“\(system)”，应为 \(names)", en: "Unknown system \(system); it is one of \(names)"))
        }
    }

    /// WGS-84, or nil when no position was given.
    var here: Coordinate? {
        guard let at, let system = CoordinateSystem(rawValue: system) else { return nil }
        return Position(latitude: at.latitude, longitude: at.longitude, system: system).wgs84
    }

    var fix: PatrolReport.Fix? {
        at.map { PatrolReport.Fix(latitude: $0.latitude, longitude: $0.longitude, system: system) }
    }
}
