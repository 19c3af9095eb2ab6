import Wire

/// One thing to be sent.
struct Parcel: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case report
        case photo(String)
    }

    let record: String
    let content: Content
}

/// What one attempt came to.
enum Verdict: Equatable, Sendable {
    case accepted(Receipt)
    case photoStored
    /// Arrived, but of no use as it is. Final.
    case photoUnusable(isDamaged: Bool, code: String)
    /// The same bytes will never be taken. Final.
    case refused(Problem)
    /// This parcel may fare better later.
    case deferred(Problem)
    /// The gateway asks everybody to wait.
    case busy(Problem, retryAfter: Duration?)
    /// No answer came.
    case unreachable(Problem)
    /// The session ended: what the device has not signed waits until somebody logs in.
    case loggedOut(Problem)
    /// The gateway speaks to this device, program or password no more. Nothing is wrong with what was sent.
    case barred(Problem)

    var isTaken: Bool {
        switch self {
        case .accepted, .photoStored, .photoUnusable: true
        default: false
        }
    }
}

/// An answer of the gateway, or of something that stands in its place.
struct Answer: Equatable, Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]

    /// The gateway's own problem; nil for the page of a proxy or a captive portal.
    var problem: Problem? {
        guard headers["content-type"]?.lowercased().hasPrefix("application/problem+json") == true,
            let decoded = try? decode(Problem.self, from: body)
        else { return nil }
        return decoded.value
    }

    /// The token that was sent, or the lack of one, is the trouble: not the proof, and not a proxy on the way.
    var refusesToken: Bool {
        status == 401 && (problem.map { ["invalid-token", "login-required"].contains($0.code) } ?? false)
    }

    /// `Retry-After` in seconds. The form with a date is not used between our programs.
    var retryAfter: Duration? {
        guard let text = headers["retry-after"], let seconds = Int64(text), seconds >= 0 else { return nil }
        return .seconds(min(seconds, 86_400))
    }
}

/// Reads an answer as a verdict.
///
/// Only what the gateway itself says is final: a receipt must name this record and these bytes, and a refusal must be
/// a problem document. A hotel's login page with status 200 must not empty an outbox, nor a proxy's 404 refuse a record.
struct AnswerReader: Sendable {
    func verdict(on answer: Answer, report id: String, sha256: String) -> Verdict {
        guard (200...201).contains(answer.status) else { return failure(answer) }
        guard let receipt = try? decode(Receipt.self, from: answer.body).value, receipt.id == id,
            receipt.sha256 == sha256
        else { return .deferred(.strangeAnswer(answer.status)) }
        return .accepted(receipt)
    }

    func verdict(on answer: Answer, photo sha256: String) -> Verdict {
        guard (200...201).contains(answer.status) else { return failure(answer) }
        guard let receipt = try? decode(PhotoReceipt.self, from: answer.body).value, receipt.sha256 == sha256 else {
            return .deferred(.strangeAnswer(answer.status))
        }
        switch receipt.state {
        case "stored": return .photoStored
        case "damaged": return .photoUnusable(isDamaged: true, code: receipt.code ?? "damaged")
        case "quarantined": return .photoUnusable(isDamaged: false, code: receipt.code ?? "quarantined")
        default: return .deferred(.strangeAnswer(answer.status))
        }
    }

    private func failure(_ answer: Answer) -> Verdict {
        switch (answer.status, answer.problem) {
        case (401, let problem?): .loggedOut(problem)
        case (403, let problem?) where problem.barsDevice: .barred(problem)
        case (429, let problem), (503, let problem):
            .busy(problem ?? .strangeAnswer(answer.status), retryAfter: answer.retryAfter)
        // A body that the link mutilated is the link's fault, not the record's.
        case (400..<500, let problem?): problem.retryable ? .deferred(problem) : .refused(problem)
        case (_, let problem): .deferred(problem ?? .strangeAnswer(answer.status))
        }
    }
}

extension Problem {
    /// Codes of 403 that are about who sends, not about what is sent.
    var barsDevice: Bool {
        [
            "device-locked", "device-lost", "device-of-another", "client-too-old", "password-expired",
            "password-must-change",
        ].contains(code)
    }

    /// A problem that the handheld notes by itself.
    static func local(_ code: String, _ title: String, status: Int = 0) -> Problem {
        Problem(
            type: "about:blank", title: title, status: status, detail: nil, code: code, instance: nil, retryable: true,
            defects: nil)
    }

    static func strangeAnswer(_ status: Int) -> Problem {
        local("strange-answer", "HTTP \(status), not an answer of the gateway", status: status)
    }

    static func unreachable(_ reason: String) -> Problem { local("unreachable", reason) }
}
