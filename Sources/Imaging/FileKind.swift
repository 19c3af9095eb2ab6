/// Passes JPEG content and names any other content, whatever the file is called.
func requireJPEG(_ bytes: RawSpan) throws(PhotoProblem) {
    if bytes.byteCount == 0 { throw .empty }
    if bytes.byteCount >= 2, bytes.bigEndian16(at: 0) == 0xFFD8 { return }
    if bytes.byteCount >= 4, bytes.byte(at: 0) == 0x89, bytes.holds("PNG", at: 1) { throw .png }
    if bytes.holds("RIFF", at: 0), bytes.holds("WEBP", at: 8) { throw .webp }
    if bytes.holds("ftyp", at: 4), isHEIFBrand(bytes) { throw .heic }
    throw .notJPEG
}

private func isHEIFBrand(_ bytes: RawSpan) -> Bool {
    let brands: [StaticString] = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"]
    return brands.contains { bytes.holds($0, at: 8) }
}
