import Imaging
import Patrol

/// A photo as a handheld's camera would write it, where there is no camera: a picture unlike every other, with EXIF.
struct Snapshot: Equatable, Sendable {
    let takenAt: Instant
    let coordinate: Coordinate?
    let accuracy: Double?

    private static let tile = 16
    private static let width = 640
    private static let height = 480

    /// Most cameras are held upright or sideways, few upside down.
    private static let orientations = [1, 1, 1, 6, 6, 8, 3]

    /// - Throws: `PhotoProblem` when memory runs out.
    func jpeg(using random: inout some RandomNumberGenerator) throws -> [UInt8] {
        let pixels = Self.mosaic(using: &random)
        let local = takenAt.rfc3339(in: .shanghai).prefix(19)
        let facts = CaptureFacts(
            orientation: Self.orientations.randomElement(using: &random) ?? 1,
            capturedAt: CaptureTime(
                local: String(local), offsetMinutes: DeploymentZone.shanghai.offsetMinutes(at: takenAt)),
            latitude: coordinate?.latitude, longitude: coordinate?.longitude, accuracyMetres: accuracy,
            gpsTime: takenAt.milliseconds, make: "Simulated", model: "Handheld")
        return try insertExif(
            facts, into: encodeJPEG(rgb: pixels, width: Self.width, height: Self.height, quality: 80))
    }

    /// Coloured tiles: enough for an encoder to work on, cheap enough to make thousands.
    private static func mosaic(using random: inout some RandomNumberGenerator) -> [UInt8] {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        for _ in 0..<height / tile {
            var row: [UInt8] = []
            for _ in 0..<width / tile {
                let colour = random.next()
                let pixel = [0, 8, 16].map { UInt8(truncatingIfNeeded: colour >> $0) }
                for _ in 0..<tile { row += pixel }
            }
            for _ in 0..<tile { pixels += row }
        }
        return pixels
    }
}
