import Foundation
import Patrol
import Wire

/// Where simulated workers get their photos from.
enum PhotoSource: Sendable {
    /// JPEG files that somebody provided.
    case files([String])
    /// Made for each visit.
    case generated

    /// - Throws: `Failure` if the folder holds no JPEG.
    init(folder: String) throws {
        let names: [String]
        do {
            names = try Storage.names(in: folder)
        } catch {
            throw Failure(
                .noInput, "photos-folder", zh: "读不到照片文件夹“\(folder)”：\(error.reason)。",
                en: "Cannot read the folder \(folder): \(error.reason).")
        }
        let files = names.filter { ["jpg", "jpeg"].contains(($0 as NSString).pathExtension.lowercased()) }
        guard !files.isEmpty else {
            throw Failure(.noInput, "no-photos", zh: "文件夹“\(folder)”里没有 JPEG 照片。", en: "There is no JPEG in \(folder).")
        }
        self = .files(files.map { "\(folder)/\($0)" })
    }

    /// The path of a photo to be taken into the outbox.
    func photo(
        _ number: Int, for visit: PlannedVisit, in folder: String, using random: inout some RandomNumberGenerator
    )
        throws -> String
    {
        switch self {
        case .files(let files): return files[Int.random(in: 0..<files.count, using: &random)]
        case .generated:
            let path = "\(folder)/camera-\(number).jpg"
            try Storage.removeIfPresent(path)
            let snapshot = Snapshot(
                takenAt: visit.at, coordinate: visit.coordinate, accuracy: visit.fix?.accuracyMetres)
            try Storage.create(path, snapshot.jpeg(using: &random))
            return path
        }
    }
}
