import CJPEG

/// libjpeg behind a safe face: one thread, one picture, one row at a time.
struct JPEGDecoder: ~Copyable {
    private let handle: OpaquePointer
    /// The decoded size, after scaling by eighths.
    let size: PixelSize
    /// Samples per pixel: 1 grey, 3 RGB.
    let components: Int

    /// Begins decoding; `bytes` must stay in place for as long as the decoder lives.
    ///
    /// - Parameters:
    ///   - frame: what the marker walk found; a decoder that reads something else is not trusted.
    ///   - eighths: decode at so many eighths of the stored size, 1…8.
    init(
        _ bytes: UnsafeRawBufferPointer, frame: Frame, eighths: Int, limits: PhotoLimits
    ) throws(PhotoProblem) {
        var cLimits = cjpeg_limits(
            cpu_seconds: limits.cpuSeconds, max_warnings: Int32(clamping: limits.maxWarnings),
            max_scans: Int32(clamping: limits.maxScans),
            // libjpeg reads 0 as "no limit".
            max_memory: Int64(max(1, limits.maxDecoderMemory)))
        var header = cjpeg_header()
        var opened: OpaquePointer?
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let openStatus = cjpeg_decoder_open(&opened, start, bytes.count, &cLimits, &header)
        guard let handle = opened else { throw .tooMuchMemory }
        do throws(PhotoProblem) {
            try Self.check(openStatus, handle)
            let read = Frame(
                size: PixelSize(width: Int(header.width), height: Int(header.height)),
                components: Int(header.components), progressive: header.progressive == 1)
            guard read == frame else { throw .malformed("decoder and marker walk see different pictures") }
            var (width, height): (UInt32, UInt32) = (0, 0)
            try Self.check(cjpeg_decoder_start(handle, Int32(eighths), &width, &height), handle)
            size = PixelSize(width: Int(width), height: Int(height))
        } catch {
            cjpeg_decoder_close(handle)
            throw error
        }
        self.handle = handle
        components = frame.components
    }

    deinit {
        cjpeg_decoder_close(handle)
    }

    /// Decodes the next of `size.height` rows into `row`, which must hold `size.width * components` samples.
    mutating func read(into row: inout [UInt8]) throws(PhotoProblem) {
        let status = row.withUnsafeMutableBufferPointer { cjpeg_decoder_read_row(handle, $0.baseAddress, $0.count) }
        try Self.check(status, handle)
    }

    /// Whether libjpeg had to guess any part of the picture so far.
    var hasGuessed: Bool { cjpeg_decoder_data_warnings(handle) > 0 }

    private static func check(_ status: Int32, _ handle: OpaquePointer) throws(PhotoProblem) {
        switch Int(status) {
        case CJPEG_OK: return
        case CJPEG_TOO_MANY_WARNINGS: throw .tooManyWarnings
        case CJPEG_TOO_MANY_SCANS: throw .tooManyScans
        case CJPEG_DEADLINE: throw .deadline
        case CJPEG_NO_MEMORY: throw .tooMuchMemory
        default: throw .malformed(String(cString: cjpeg_decoder_message(handle)))
        }
    }
}
