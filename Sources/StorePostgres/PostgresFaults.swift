import CPostgres
import Store

extension PostgresConnection {
    /// What a result says went wrong; nil if nothing did.
    func fault(of result: OpaquePointer) -> Fault? {
        switch PQresultStatus(result) {
        case PGRES_FATAL_ERROR: break
        // What followed a failed statement in its batch; the failed one is known already.
        case PGRES_PIPELINE_ABORTED: return .failed(.failed("passed over"))
        default: return nil
        }
        func field(_ code: CInt) -> String { PQresultErrorField(result, code).map { String(cString: $0) } ?? "" }
        guard PQstatus(handle) == CONNECTION_OK else { return .lost(.unavailable("the server closed the connection")) }
        return Fault(code: field(sqlState), message: field(primaryMessage), schema: field(schemaName))
    }
}

// Field codes are character macros, which Swift does not import (PG_DIAG_…).
private let sqlState = CInt(UInt8(ascii: "C"))
private let primaryMessage = CInt(UInt8(ascii: "M"))
private let schemaName = CInt(UInt8(ascii: "s"))
private let severity = CInt(UInt8(ascii: "V"))

/// Called by libpq for what the server says beside its answers.
/// - Parameter hasWarned: a `Bool`, set for a warning and left alone for notices.
func noteWarning(_ hasWarned: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
    guard let text = PQresultErrorField(result, severity), String(cString: text) == "WARNING" else { return }
    hasWarned?.assumingMemoryBound(to: Bool.self).pointee = true
}

extension PostgresConnection.Fault {
    /// - Parameters:
    ///   - code: SQLSTATE (PostgreSQL, appendix A).
    ///   - message: the primary message; the detail would name values.
    ///   - schema: of the constraint or table concerned.
    init(code: String, message: String, schema: String) {
        // Messages of bad input quote it (class 22).
        let text = code.hasPrefix("22") ? "PostgreSQL \(code)" : "PostgreSQL \(code): \(message)"
        self =
            switch code {
            // Serialization failure, deadlock, no lock in time.
            case "40001", "40P01", "55P03": .again(.busy)
            // Two programs make the same table at once: the second finds it there when it runs again.
            case "42P07", "42710": .again(.failed(text))
            case "23505" where schema == "pg_catalog": .again(.failed(text))
            case "23505": .failed(.uniqueViolation)
            case "23503": .failed(.foreignKeyViolation)
            case "23514", "23502": .failed(.checkViolation)
            // The statement's time is up.
            case "57014": .failed(.busy)
            case "53100": .failed(.diskFull)
            case "XX001", "XX002": .failed(.corrupt(message))
            // A standby, too many connections, out of memory, a server that stops or starts, a broken connection.
            case "25006", "25P03", "53200", "53300", "57P01", "57P02", "57P03", "57P05": .lost(.unavailable(text))
            default: code.hasPrefix("08") || code.isEmpty ? .lost(.unavailable(text)) : .failed(.failed(text))
            }
    }
}
