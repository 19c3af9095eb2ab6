/// Columns and rows of a picture, both at least 1.
struct PixelSize: Equatable, Sendable {
    let width: Int
    let height: Int

    /// The same shape with a longest side of at most `longest`; never larger, never without a row.
    func fitted(longestSide longest: Int) -> PixelSize {
        let side = max(width, height)
        guard side > longest else { return self }
        return PixelSize(
            width: max(1, (width * longest + side / 2) / side),
            height: max(1, (height * longest + side / 2) / side))
    }

    /// What libjpeg makes of this size at `eighths`/8.
    func scaled(eighths: Int) -> PixelSize {
        PixelSize(width: (width * eighths + 7) / 8, height: (height * eighths + 7) / 8)
    }

    /// The coarsest decoding, in eighths 1…8, that still has every pixel `target` needs.
    func decoderEighths(for target: PixelSize) -> Int {
        let enough = (1...7).first { eighths in
            let decoded = scaled(eighths: eighths)
            return decoded.width >= target.width && decoded.height >= target.height
        }
        return enough ?? 8
    }
}
