/// As `inspect` of bytes, for a file: what can be said about a photo without decoding it. Blocks.
///
/// - Throws: also `PhotoProblem.ioFailure`.
public func inspect(file path: String, limits: PhotoLimits = PhotoLimits()) throws(PhotoProblem) -> InspectedPhoto {
    let bytes = try readFile(path, maxBytes: limits.maxBytes)
    return try inspect(bytes.span.bytes, limits: limits)
}
