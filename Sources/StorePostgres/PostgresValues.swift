import CPostgres
import Glibc
import Store

/// Parameters as text, each ended by a NUL, in one piece of memory. The server infers their types.
struct ParameterTexts {
    private var bytes: [CChar] = []
    /// Where each begins; nil for NULL.
    private var starts: [Int?] = []

    init(_ values: [SQLValue]) throws(StoreError) {
        starts.reserveCapacity(values.count)
        for value in values {
            switch value {
            case .null:
                starts.append(nil)
                continue
            case .integer(let integer): append(String(integer))
            case .double(let double): append(String(double))
            case .text(let text):
                guard !text.utf8.contains(0) else { throw .failed("no engine keeps NUL in text") }
                append(text)
            }
        }
    }

    private mutating func append(_ text: String) {
        starts.append(bytes.count)
        bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
        bytes.append(0)
    }

    /// Calls with count and pointers, which hold during the call.
    func send(_ call: (CInt, [UnsafePointer<CChar>?]) -> Bool) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            call(CInt(starts.count), starts.map { start in start.flatMap { buffer.baseAddress?.advanced(by: $0) } })
        }
    }
}

extension SQLRow {
    /// Reads one row of a result in text format.
    /// - Throws: for a column type that is not portable, such as the NUMERIC of an uncast SUM.
    init(_ result: OpaquePointer, _ row: CInt) throws(StoreError) {
        var values: [SQLValue] = []
        let columns = PQnfields(result)
        values.reserveCapacity(Int(columns))
        for column in 0..<columns { values.append(try SQLValue(result, row, column)) }
        self.init(values)
    }
}

extension SQLValue {
    fileprivate init(_ result: OpaquePointer, _ row: CInt, _ column: CInt) throws(StoreError) {
        guard PQgetisnull(result, row, column) == 0, let text = PQgetvalue(result, row, column) else {
            self = .null
            return
        }
        switch PQftype(result, column) {
        case ColumnType.int8, ColumnType.int4, ColumnType.int2: self = .integer(Int64(strtoll(text, nil, 10)))
        case ColumnType.float8: self = .double(strtod(text, nil))
        case ColumnType.text, ColumnType.varchar, ColumnType.name: self = .text(String(cString: text))
        case let type: throw .failed("column \(column) has PostgreSQL type \(type); cast it")
        }
    }
}

/// Object ids of built-in types (`pg_type.dat`), fixed for ever.
private enum ColumnType {
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let float8: Oid = 701
    static let name: Oid = 19
    static let varchar: Oid = 1043
}

/// Waits until the socket can be read, or written where something is left to send.
/// - Returns: false if the time is up first.
func waitForSocket(_ socket: CInt, writing: Bool, until deadline: ContinuousClock.Instant?) -> Bool {
    while true {
        var request = pollfd(fd: socket, events: Int16(POLLIN) | (writing ? Int16(POLLOUT) : 0), revents: 0)
        var milliseconds: CInt = -1
        if let deadline {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return false }
            milliseconds = CInt(min(left / .milliseconds(1), 60_000)) + 1
        }
        let ready = poll(&request, 1, milliseconds)
        if ready > 0 { return true }
        if ready < 0, errno != EINTR { return false }
    }
}
