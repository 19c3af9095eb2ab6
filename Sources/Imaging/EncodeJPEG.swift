/// Makes a JPEG from pixels, as a handheld's camera would: the field simulator and tests need photos.
///
/// - Parameters:
///   - rgb: red, green, blue per pixel, rows from top to bottom; exactly `width * height * 3` samples.
///   - width: columns, 1…65,500.
///   - height: rows, 1…65,500.
///   - quality: libjpeg's scale, 1…100.
/// - Precondition: the ranges above.
/// - Throws: `PhotoProblem` when memory runs out.
/// - Returns: a baseline JPEG, colour stored 4:2:0, without metadata.
public func encodeJPEG(rgb: [UInt8], width: Int, height: Int, quality: Int) throws(PhotoProblem) -> [UInt8] {
    try encodeJPEG(rgb, width: width, height: height, components: 3, options: EncodingOptions(quality: quality))
}

/// As ``encodeJPEG(rgb:width:height:quality:)`` with one grey sample per pixel.
///
/// - Parameters:
///   - grey: brightness per pixel, rows from top to bottom; exactly `width * height` samples.
///   - width: columns, 1…65,500.
///   - height: rows, 1…65,500.
///   - quality: libjpeg's scale, 1…100.
/// - Precondition: the ranges above.
/// - Throws: `PhotoProblem` when memory runs out.
/// - Returns: a baseline JPEG with one component, without metadata.
public func encodeJPEG(grey: [UInt8], width: Int, height: Int, quality: Int) throws(PhotoProblem) -> [UInt8] {
    try encodeJPEG(grey, width: width, height: height, components: 1, options: EncodingOptions(quality: quality))
}

/// Encodes samples held in memory; traps on a wrong count or size.
/// - Throws: `PhotoProblem` when memory runs out.
func encodeJPEG(
    _ samples: [UInt8], width: Int, height: Int, components: Int, options: EncodingOptions
) throws(PhotoProblem) -> [UInt8] {
    precondition((1...65_500).contains(width) && (1...65_500).contains(height), "a side must have 1…65,500 pixels")
    precondition(samples.count == width * height * components, "samples do not match the size")
    precondition((1...100).contains(options.quality), "quality must be 1…100")
    let encoder = try JPEGEncoder(
        size: PixelSize(width: width, height: height), components: components, options: options)
    let stride = width * components
    for row in 0..<height {
        try encoder.add(samples.span.extracting((row * stride)..<((row + 1) * stride)))
    }
    return try encoder.finish()
}
