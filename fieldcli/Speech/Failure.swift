import Wire

/// Exit codes after BSD's `sysexits.h`, so that scripts can tell a refusal from a dead link.
enum ExitStatus: Int32, Equatable, Sendable {
    case success = 0
    /// EX_USAGE
    case usage = 64
    /// EX_DATAERR: what was given, or what the outbox holds, was refused.
    case dataRefused = 65
    /// EX_NOINPUT: a file or a record that was named does not exist.
    case noInput = 66
    /// EX_UNAVAILABLE: the gateway cannot be reached.
    case unavailable = 69
    /// EX_CANTCREAT
    case cannotCreate = 73
    /// EX_IOERR
    case inputOutput = 74
    /// EX_TEMPFAIL: something still waits in the outbox; run `sync` again.
    case temporaryFailure = 75
    /// EX_NOPERM: not logged in, or not permitted.
    case notPermitted = 77
}

/// Why a command ended without doing its work, and what to do next.
struct Failure: Error, Equatable, Sendable {
    let status: ExitStatus
    /// Stable, kebab-case; programs may switch on it.
    let code: String
    let message: Text
    /// Every defect, where there are several.
    var defects: [Problem.Fault] = []
    /// How long the gateway asked to wait.
    var retryAfter: Duration?

    init(_ status: ExitStatus, _ code: String, zh: String, en: String) {
        self.status = status
        self.code = code
        message = Text(zh: zh, en: en)
    }
}

extension Failure {
    /// Defects that the handheld found by itself, before anything was frozen.
    init(_ defects: Defects, language: Language) {
        self.init(
            .dataRefused, "invalid-report", zh: "记录未保存。请按下列各项更正后重新填报：",
            en: "The record was not saved. Correct the following and report again:")
        self.defects = defects.all.map {
            Problem.Fault(pointer: $0.pointer, code: $0.code, message: language(zh: $0.zh, en: $0.en))
        }
    }

    init(_ fault: StorageFault) {
        let status: ExitStatus = fault.action == .create ? .cannotCreate : .inputOutput
        self.init(
            status, "storage",
            zh: "本机存储出错：\(fault.path)：\(fault.reason)。请检查磁盘空间和文件夹权限后重试；已收进待发箱的记录不受影响。",
            en:
                "Storage failed: \(fault.path): \(fault.reason). Check disk space and folder permissions, then try again; "
                + "records already in the outbox are safe.")
    }
}
