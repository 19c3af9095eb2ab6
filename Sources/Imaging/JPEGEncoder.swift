import CJPEG

/// How a picture is to be stored.
struct EncodingOptions {
    /// libjpeg's scale, 1…100.
    var quality: Int
    /// Passes of growing detail instead of rows from top to bottom.
    var progressive = false
    /// A restart marker after so many rows of blocks; 0 for none.
    var restartRows = 0
}

/// Writes a JPEG in memory, row by row: optimised Huffman tables, colour as 4:2:0, no metadata but JFIF's header.
struct JPEGEncoder: ~Copyable {
    private let handle: OpaquePointer

    /// - Parameters:
    ///   - size: 1…65,500 on each side.
    ///   - components: 1 grey, 3 RGB.
    init(size: PixelSize, components: Int, options: EncodingOptions) throws(PhotoProblem) {
        var picture = cjpeg_picture(
            width: UInt32(size.width), height: UInt32(size.height), components: Int32(components),
            quality: Int32(options.quality), progressive: options.progressive ? 1 : 0,
            restart_rows: Int32(options.restartRows))
        var opened: OpaquePointer?
        let status = cjpeg_encoder_open(&opened, &picture)
        guard let handle = opened else { throw .tooMuchMemory }
        do throws(PhotoProblem) {
            try Self.check(status, handle)
        } catch {
            cjpeg_encoder_close(handle)
            throw error
        }
        self.handle = handle
    }

    deinit {
        cjpeg_encoder_close(handle)
    }

    /// Adds the next row, `width * components` samples.
    func add(_ row: Span<UInt8>) throws(PhotoProblem) {
        let status = row.withUnsafeBufferPointer { cjpeg_encoder_write_row(handle, $0.baseAddress, $0.count) }
        try Self.check(status, handle)
    }

    /// The complete file, once every row is in.
    consuming func finish() throws(PhotoProblem) -> [UInt8] {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        try Self.check(cjpeg_encoder_finish(handle, &bytes, &count), handle)
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    private static func check(_ status: Int32, _ handle: OpaquePointer) throws(PhotoProblem) {
        switch Int(status) {
        case CJPEG_OK: return
        case CJPEG_NO_MEMORY: throw .tooMuchMemory
        default: throw .ioFailure("JPEG encoder: " + String(cString: cjpeg_encoder_message(handle)))
        }
    }
}
