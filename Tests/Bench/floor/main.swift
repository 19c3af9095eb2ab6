import Foundation
import Hummingbird
import NIOCore
import ServiceLifecycle
import Store
import StoreSQLite

/// The bare floor that `make bench` holds the gateway against: one route, three statements a record, group commit, the
/// same engine settings. No accounts, no reading of the body, no evidence, no roster.
///
/// usage: bench-floor DATABASE PORT
let arguments = CommandLine.arguments
guard arguments.count == 3, let port = Int(arguments[2]) else {
    FileHandle.standardError.write(Data("usage: bench-floor DATABASE PORT\n".utf8))
    exit(64)
}
let database = try SQLiteDatabase(path: arguments[1])
try await database.write { connection in
    try connection.script(
        """
        CREATE TABLE report (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL, received_at BIGINT NOT NULL);
        CREATE TABLE visit (report_id TEXT NOT NULL PRIMARY KEY, subject_id TEXT NOT NULL, month TEXT NOT NULL);
        CREATE TABLE counter (month TEXT NOT NULL PRIMARY KEY, done BIGINT NOT NULL);
        INSERT INTO counter (month, done) VALUES ('2026-01', 0);
        """)
}
let group = GroupCommit(database, chain: nil)
let router = Router()
router.put("/v1/reports/{id}") { request, context in
    let id = try context.parameters.require("id")
    let body = String(buffer: try await request.body.collect(upTo: 256 * 1024))
    _ = try await group.write { connection, _ in
        try connection.rows(
            "INSERT INTO report (id, body, received_at) VALUES ($1, $2, $3)", [.text(id), .text(body), .integer(0)])
        try connection.rows(
            "INSERT INTO visit (report_id, subject_id, month) VALUES ($1, $2, $3)",
            [.text(id), .text("subject"), .text("2026-01")])
        return try connection.rows("UPDATE counter SET done = done + 1 WHERE month = $1", [.text("2026-01")])
    }
    return Response(status: .created, headers: [.contentLength: "0"])
}
let server = Application(
    router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask { await group.run() }
    try await server.runService()
    group.close()
    try await tasks.waitForAll()
}
