/// What can be said about a photo without decoding it.
public struct InspectedPhoto: Equatable, Sendable {
    /// Columns as stored, before any orientation; 1…65,500.
    public let width: Int
    /// Rows as stored, before any orientation; 1…65,500.
    public let height: Int
    /// 1 grey, 3 colour.
    public let components: Int
    /// Whether the picture comes in passes of growing detail.
    public let progressive: Bool
    /// What the EXIF claims.
    public let facts: CaptureFacts
    /// Bytes behind the end marker, 0 or more: motion photos, gain maps, padding.
    public let bytesAfterEnd: Int
    /// The file stops before its end marker: part of the picture is probably lost.
    public let endMissing: Bool
}

/// Reads a photo's markers and EXIF. Time is linear in the length; no pixel is decoded and no C is called.
///
/// - Parameters:
///   - bytes: the whole file, of any content.
///   - limits: what to refuse.
/// - Throws: the first ``PhotoProblem`` met; never for broken EXIF, which merely says nothing.
public func inspect(_ bytes: RawSpan, limits: PhotoLimits = PhotoLimits()) throws(PhotoProblem) -> InspectedPhoto {
    let outline = try PhotoOutline(scanning: bytes, limits: limits)
    return InspectedPhoto(
        width: outline.frame.size.width, height: outline.frame.size.height,
        components: outline.frame.components, progressive: outline.frame.progressive,
        facts: outline.facts(in: bytes),
        bytesAfterEnd: outline.bytesAfterEnd, endMissing: outline.endMissing)
}

extension PhotoOutline {
    /// What the EXIF claims; nothing when there is none or it cannot be read.
    func facts(in bytes: RawSpan) -> CaptureFacts {
        exif.map { CaptureFacts(exif: bytes.copy($0)) } ?? CaptureFacts()
    }
}
