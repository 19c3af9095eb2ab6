#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a whole regular file of at most `maxBytes`.
///
/// Read, not mapped: a mapped file that shrinks meanwhile would kill the process with SIGBUS.
func readFile(_ path: String, maxBytes: Int) throws(PhotoProblem) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("open") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("fstat") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .ioFailure("not a regular file") }
    guard Int(status.st_size) <= maxBytes else { throw .tooManyBytes(limit: maxBytes) }

    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress! + filled, $0.count - filled) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw failure("read") }
        if count == 0 { break }
        filled += count
    }
    bytes.removeSubrange(filled...)
    return bytes
}

private func failure(_ call: String) -> PhotoProblem {
    .ioFailure("\(call): error \(errno)")
}
