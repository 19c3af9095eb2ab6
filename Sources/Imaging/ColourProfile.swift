/// Follows an ICC profile through its APP2 segments: each chunk once, all of one count, in sum short.
///
/// The profile itself is dropped with all other metadata; a chain that does not add up is a sign of a
/// file made to confuse.
struct ColourProfile {
    let maxBytes: Int
    private var expected: Int?
    private var seen: Set<UInt8> = []
    private var bytes = 0

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    /// Takes note of an APP2 segment if it is a part of a profile.
    mutating func add(_ body: RawSpan) throws(PhotoProblem) {
        guard body.holds("ICC_PROFILE\0", at: 0) else { return }
        guard body.byteCount >= 14 else { throw .malformed("colour profile segment too short") }
        let number = body.byte(at: 12)
        let count = Int(body.byte(at: 13))
        guard number >= 1, number <= count, count == expected ?? count, seen.insert(number).inserted else {
            throw .malformed("colour profile segments do not fit together")
        }
        expected = count
        bytes += body.byteCount - 14
        if bytes > maxBytes { throw .tooMuchMetadata }
    }

    /// Checks, after the last segment, that none is missing.
    func finish() throws(PhotoProblem) {
        guard seen.count == expected ?? 0 else { throw .malformed("colour profile incomplete") }
    }
}
