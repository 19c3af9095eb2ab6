import Glibc

/// A call to the file system that failed.
struct StorageFault: Error, Equatable, Sendable {
    enum Action: Equatable, Sendable { case create, read, write, rename, remove, lock }

    let action: Action
    let path: String
    let code: Int32

    init(_ action: Action, _ path: String, code: Int32 = errno) {
        self.action = action
        self.path = path
        self.code = code
    }

    var reason: String { String(cString: strerror(code)) }
}

/// An open file, closed when it goes out of scope.
struct OpenFile: ~Copyable {
    let descriptor: Int32
    let path: String

    init(reading path: String) throws(StorageFault) {
        try self.init(path, O_RDONLY | O_CLOEXEC, .read)
    }

    /// A file that does not exist yet, readable by its owner alone.
    init(creating path: String) throws(StorageFault) {
        try self.init(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, .create)
    }

    init(_ path: String, _ flags: Int32, _ action: StorageFault.Action) throws(StorageFault) {
        descriptor = open(path, flags, 0o600)
        self.path = path
        if descriptor < 0 { throw StorageFault(action, path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Up to `limit` bytes; empty at the end.
    func read(upTo limit: Int) throws(StorageFault) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var got = Glibc.read(descriptor, buffer.baseAddress, limit)
            while got < 0, errno == EINTR { got = Glibc.read(descriptor, buffer.baseAddress, limit) }
            failed = got < 0
            count = max(0, got)
        }
        if failed { throw StorageFault(.read, path) }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(StorageFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StorageFault(.write, path) }
            written += count
        }
    }

    /// Returns when the bytes are on the medium.
    func sync() throws(StorageFault) {
        while fsync(descriptor) != 0 {
            guard errno == EINTR else { throw StorageFault(.write, path) }
        }
    }
}

/// File operations after which a power cut finds either the old or the new state, never half of one.
enum Storage {
    static func read(_ path: String) throws(StorageFault) -> [UInt8] {
        let file = try OpenFile(reading: path)
        var bytes: [UInt8] = []
        while true {
            let piece = try file.read(upTo: 1 << 20)
            if piece.isEmpty { return bytes }
            bytes += piece
        }
    }

    /// As `read`, or nil where there is no such file.
    static func readIfPresent(_ path: String) throws(StorageFault) -> [UInt8]? {
        do {
            return try read(path)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    /// A new file, flushed. Its name is durable once its folder is flushed too.
    static func create(_ path: String, _ bytes: [UInt8]) throws(StorageFault) {
        let file = try OpenFile(creating: path)
        try file.write(bytes)
        try file.sync()
    }

    /// Puts new contents in a file's place: written aside, flushed, renamed, folder flushed.
    static func replace(_ name: String, in folder: String, with bytes: [UInt8]) throws(StorageFault) {
        let aside = aside(of: name, in: folder)
        try removeIfPresent(aside)
        try create(aside, bytes)
        try rename(aside, to: "\(folder)/\(name)")
        try syncFolder(folder)
    }

    /// Where a file's new contents stand until they take its place.
    static func aside(of name: String, in folder: String) -> String { "\(folder)/.\(name).aside" }

    static func rename(_ old: String, to new: String) throws(StorageFault) {
        if Glibc.rename(old, new) != 0 { throw StorageFault(.rename, old) }
    }

    static func syncFolder(_ folder: String) throws(StorageFault) {
        try OpenFile(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, .read).sync()
    }

    /// Makes a folder and those above it, for their owner alone; leaves existing ones as they are.
    static func makeFolder(_ path: String) throws(StorageFault) {
        if mkdir(path, 0o700) == 0 { return }
        switch errno {
        case EEXIST: return
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
                throw StorageFault(.create, path)
            }
            try makeFolder(String(path[..<slash]))
            if mkdir(path, 0o700) != 0, errno != EEXIST { throw StorageFault(.create, path) }
        default: throw StorageFault(.create, path)
        }
    }

    /// Names in a folder, in byte order; none where the folder does not exist.
    static func names(in folder: String) throws(StorageFault) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw StorageFault(.read, folder)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func removeIfPresent(_ path: String) throws(StorageFault) {
        if unlink(path) != 0, errno != ENOENT { throw StorageFault(.remove, path) }
    }

    /// As `removeIfPresent`, with the bytes overwritten first. A medium that writes elsewhere (flash, journals of data) may
    /// keep the old ones below: against that only the encryption helps.
    static func shred(_ path: String) throws(StorageFault) {
        let file: OpenFile
        do {
            file = try OpenFile(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC, .write)
        } catch {
            if error.code == ENOENT { return }
            if error.code == ELOOP { return try removeIfPresent(path) }
            throw error
        }
        // A medium that takes no more bytes still lets go of a name.
        defer { _ = unlink(path) }
        let size = lseek(file.descriptor, 0, SEEK_END)
        guard size >= 0, lseek(file.descriptor, 0, SEEK_SET) == 0 else { throw StorageFault(.write, path) }
        try file.write([UInt8](repeating: 0, count: Int(size)))
        try file.sync()
        try removeIfPresent(path)
    }

    /// A folder of ours and what is in it. A link is itself removed, at the top as below it: what it points to may be
    /// anybody's.
    static func removeTree(_ path: String) throws(StorageFault) {
        if unlink(path) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw StorageFault(.remove, path) }
        for name in try names(in: path) { try removeTree("\(path)/\(name)") }
        if rmdir(path) != 0, errno != ENOENT { throw StorageFault(.remove, path) }
    }
}
