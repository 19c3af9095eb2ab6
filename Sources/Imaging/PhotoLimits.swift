/// How much work one photo may cause. Everything above a limit is refused before or while decoding.
///
/// Any value of 0 or more makes sense; 0 permits nothing.
public struct PhotoLimits: Equatable, Sendable {
    /// Longest accepted file, in bytes. Handhelds with 48 and 108 megapixel sensors write 11–26 MB.
    public var maxBytes = 40_000_000
    /// Largest accepted picture, in millions of pixels as stored.
    public var maxMegapixels = 120
    /// Longest accepted side, in pixels; values above 65,500 have no effect, because libjpeg ends there.
    public var maxSide = 16_384
    /// Most progressive passes, counted both before decoding and by the decoder.
    public var maxScans = 100
    /// Most bytes in all APPn and comment segments together.
    public var maxMetadataBytes = 2_000_000
    /// Longest embedded colour profile, in bytes.
    public var maxColourProfileBytes = 1_000_000
    /// Corrupt places the decoder forgives before it gives up.
    public var maxWarnings = 100
    /// Processor time (not waiting time) the decoder may use, in seconds.
    public var cpuSeconds = 0.8
    /// Bytes the decoder may hold for whole-picture buffers; only progressive files need them
    /// (about 3 bytes per pixel at 4:2:0).
    public var maxDecoderMemory = 256 * 1024 * 1024

    /// The defaults above.
    public init() {}
}
