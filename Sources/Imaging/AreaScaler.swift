/// Shrinks a picture row by row: every target pixel is the average of the source area it covers,
/// with pixels on its border counted by the part that lies inside.
///
/// Holds one row of sums, whatever the height. It never enlarges: `target` must not exceed `source`.
struct AreaScaler {
    private let source: PixelSize
    private let target: PixelSize
    private let components: Int
    private let columns: [Column]
    private let weights: [Float]
    private var sums: [Float]
    private var sourceRow = 0
    private var targetRow = 0

    /// The source pixels under one target column.
    private struct Column {
        let first: Int
        let weights: Range<Int>
    }

    init(from source: PixelSize, to target: PixelSize, components: Int) {
        precondition(target.width <= source.width && target.height <= source.height)
        self.source = source
        self.target = target
        self.components = components
        sums = Array(repeating: 0, count: source.width * components)
        (columns, weights) = Self.columns(from: source, to: target)
    }

    /// Takes the next source row and passes on the target row it completes, if any.
    mutating func add(_ row: Span<UInt8>, to writer: inout RenditionWriter) throws(PhotoProblem) {
        if source == target { return try writer.add(row) }
        // Measured in parts of a source row: target.height parts per source row, source.height per target row.
        var top = sourceRow * target.height
        let bottom = top + target.height
        sourceRow += 1
        while top < bottom {
            let targetBottom = (targetRow + 1) * source.height
            let edge = min(bottom, targetBottom)
            accumulate(row, weight: Float(edge - top))
            top = edge
            guard edge == targetBottom else { continue }
            let averages = components == 3 ? colourAverages() : greyAverages()
            try writer.add(averages.span)
            for index in sums.indices { sums[index] = 0 }
            targetRow += 1
        }
    }

    private mutating func accumulate(_ row: Span<UInt8>, weight: Float) {
        var sums = sums.mutableSpan
        for index in 0..<min(sums.count, row.count) {
            sums[index] += weight * Float(row[index])
        }
    }

    private func colourAverages() -> [UInt8] {
        var averages = [UInt8](repeating: 0, count: target.width * 3)
        let (sums, weights) = (sums.span, weights.span)
        for x in columns.indices {
            var (red, green, blue): (Float, Float, Float) = (0.5, 0.5, 0.5)
            var index = columns[x].first * 3
            for tap in columns[x].weights {
                red += weights[tap] * sums[index]
                green += weights[tap] * sums[index + 1]
                blue += weights[tap] * sums[index + 2]
                index += 3
            }
            averages[3 * x] = UInt8(red)
            averages[3 * x + 1] = UInt8(green)
            averages[3 * x + 2] = UInt8(blue)
        }
        return averages
    }

    private func greyAverages() -> [UInt8] {
        var averages = [UInt8](repeating: 0, count: target.width)
        let (sums, weights) = (sums.span, weights.span)
        for x in columns.indices {
            var grey: Float = 0.5
            var index = columns[x].first
            for tap in columns[x].weights {
                grey += weights[tap] * sums[index]
                index += 1
            }
            averages[x] = UInt8(grey)
        }
        return averages
    }

    /// Weights normalised so that a whole target pixel, over both axes, weighs one.
    private static func columns(from source: PixelSize, to target: PixelSize) -> ([Column], [Float]) {
        let whole = Float(source.width) * Float(source.height)
        var columns: [Column] = []
        var weights: [Float] = []
        for x in 0..<target.width {
            // Measured in parts of a source column, as rows are above.
            let (left, right) = (x * source.width, (x + 1) * source.width)
            let first = left / target.width
            let last = (right - 1) / target.width
            let start = weights.count
            for column in first...last {
                let inside = min(right, (column + 1) * target.width) - max(left, column * target.width)
                weights.append(Float(inside) / whole)
            }
            columns.append(Column(first: first, weights: start..<weights.count))
        }
        return (columns, weights)
    }
}
