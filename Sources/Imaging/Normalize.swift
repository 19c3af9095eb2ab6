/// A photo made upright, small and safe, together with what its original said.
public struct NormalizedPhoto: Equatable, Sendable {
    /// Raised whenever the same original would give other bytes.
    public static let currentPipelineVersion = 1
    /// Longest side of ``large``, in pixels.
    public static let largeSide = 2048
    /// Longest side of ``thumbnail``, in pixels.
    public static let thumbnailSide = 320

    /// For looking at; longest side at most 2048 pixels, never enlarged.
    public let large: Rendition
    /// For lists; longest side at most 320 pixels, never enlarged.
    public let thumbnail: Rendition
    /// What the original's EXIF claims. The renditions carry none of it; orientation is already applied.
    public let facts: CaptureFacts
    /// Part of the picture was lost and is grey or guessed.
    public let damaged: Bool
    /// SHA-256 of the original file, 64 lower-case hexadecimal digits.
    public let originalSHA256: String
    /// Length of the original file, in bytes.
    public let originalBytes: Int
    /// The ``currentPipelineVersion`` that made this.
    public let pipelineVersion: Int
}

/// Reads a photo from disk and makes it upright, small and safe.
///
/// Synchronous, blocking and CPU-bound: call it from a bounded pool of threads, never from a task.
/// - Parameters:
///   - path: a regular file that nobody is writing to any more.
///   - limits: what to refuse.
/// - Throws: ``PhotoProblem/ioFailure(_:)`` when the file cannot be read, else as
///   ``normalize(_:limits:)``.
public func normalize(file path: String, limits: PhotoLimits = PhotoLimits()) throws(PhotoProblem) -> NormalizedPhoto {
    let bytes = try readFile(path, maxBytes: limits.maxBytes)
    return try normalize(bytes.span.bytes, limits: limits)
}

/// Makes a photo upright, small and safe: inspect → decode → scale → orient → encode.
///
/// One decoding serves both renditions, row by row; the full-size picture is never in memory.
/// Synchronous and CPU-bound: call it from a bounded pool of threads, never from a task.
/// - Parameters:
///   - bytes: the whole file, of any content.
///   - limits: what to refuse.
/// - Throws: the first ``PhotoProblem`` met. A photo cut short or corrupt in places does not throw as
///   long as there is something to see; it comes back as ``NormalizedPhoto/damaged``.
public func normalize(_ bytes: RawSpan, limits: PhotoLimits = PhotoLimits()) throws(PhotoProblem) -> NormalizedPhoto {
    let outline = try PhotoOutline(scanning: bytes, limits: limits)
    let facts = outline.facts(in: bytes)
    let orientation = Orientation(exif: facts.orientation)
    let picture = bytes.extracting(first: outline.pictureEnd)
    let rendered = try picture.withUnsafeBytes { (picture) throws(PhotoProblem) in
        try render(picture, frame: outline.frame, orientation: orientation, limits: limits)
    }
    return NormalizedPhoto(
        large: rendered.large, thumbnail: rendered.thumbnail, facts: facts,
        damaged: outline.endMissing || rendered.hasGuessed,
        originalSHA256: sha256Hex(bytes), originalBytes: bytes.byteCount,
        pipelineVersion: NormalizedPhoto.currentPipelineVersion)
}

private let largeQuality = 82
private let thumbnailQuality = 75

/// Decodes once, as coarsely as the large rendition allows, and feeds every row to both scalers.
private func render(
    _ picture: UnsafeRawBufferPointer, frame: Frame, orientation: Orientation, limits: PhotoLimits
) throws(PhotoProblem) -> (large: Rendition, thumbnail: Rendition, hasGuessed: Bool) {
    let largeSize = frame.size.fitted(longestSide: NormalizedPhoto.largeSide)
    let thumbnailSize = frame.size.fitted(longestSide: NormalizedPhoto.thumbnailSide)
    var decoder = try JPEGDecoder(
        picture, frame: frame, eighths: frame.size.decoderEighths(for: largeSize), limits: limits)
    var large = try RenditionWriter(
        stored: largeSize, orientation: orientation, components: decoder.components, quality: largeQuality)
    var thumbnail = try RenditionWriter(
        stored: thumbnailSize, orientation: orientation, components: decoder.components, quality: thumbnailQuality)
    var largeScaler = AreaScaler(from: decoder.size, to: largeSize, components: decoder.components)
    var thumbnailScaler = AreaScaler(from: decoder.size, to: thumbnailSize, components: decoder.components)

    var row = [UInt8](repeating: 0, count: decoder.size.width * decoder.components)
    for _ in 0..<decoder.size.height {
        try decoder.read(into: &row)
        try largeScaler.add(row.span, to: &large)
        try thumbnailScaler.add(row.span, to: &thumbnail)
    }
    let hasGuessed = decoder.hasGuessed
    return (try large.finish(), try thumbnail.finish(), hasGuessed)
}
