import Boundaries
import Foundation
import HTTPTypes
import Hummingbird
import Imaging
import Patrol
import Store
import Wire

/// Why a request is refused. With `Problem.init(describing:)` the one place where errors meet HTTP.
enum Refusal: Error, Equatable {
    case notFound
    case methodNotAllowed(allowed: [String])
    case loginRequired
    case wrongCredentials
    /// A token that is unknown, over, or not this caller's.
    case invalidToken
    case invalidProof
    case nonceNeeded
    /// A login without the key of an enrolled device.
    case proofRequired
    case deviceLocked
    case deviceLost
    case deviceOfAnother
    case accountDisabled
    case enrolmentRefused
    /// - Parameter least: the version that is wanted.
    case clientTooOld(least: String)
    case notPermitted
    /// Nothing but changing the password, until that is done.
    case passwordDue(PasswordDue)
    case tooManyTries(seconds: Int)
    case reportConflict(stored: String, sent: String)
    case digestMismatch(expected: String, actual: String)
    case badHeader(name: String, zh: String, en: String)
    case bodyTooLarge(limit: Int)
    case bodyTooSlow
    case bodyIncomplete
    case unsupportedType(expected: String)
    case busy(seconds: Int)
    case tooManyRequests(seconds: Int)
    case crossSite
}

/// An error as the client is told it.
struct Outcome {
    let status: HTTPResponse.Status
    let code: String
    let zh: (title: String, detail: String)
    let en: (title: String, detail: String)
    var defects: [Defect] = []
    /// Sending the same again can help.
    var isRetryable = false
    var retryAfter: Int?
    var headers: HTTPFields = [:]
    /// The rest of the body is not worth reading.
    var closes = false

    /// Unknown errors say nothing of what is inside.
    init(describing error: any Error) {
        switch error {
        case let refusal as Refusal: self.init(refusal)
        case let defects as Defects: self.init(defects)
        case let problem as PhotoProblem: self.init(problem)
        case let error as StoreError: self.init(error)
        case let refusal as ClosingRefusal: self.init(refusal)
        case let refusal as RulingRefusal: self.init(refusal)
        case let refusal as PolicyRefusal: self.init(refusal)
        case let defects as BoundaryDefects: self.init(Defects(defects))
        case AreaTreeError.cycle: self.init(AreaRefusal.circle)
        case let refusal as any Conflict: self.init(refusal)
        case let failure as PhotoFiles.Failure where failure.isDiskFull: self.init(StoreError.diskFull)
        case let error as HTTPError where error.status == .notFound: self.init(Refusal.notFound)
        case is CancellationError: self.init(transport: .bodyIncomplete)
        default: self = .unexpected
        }
    }

    init(
        _ status: HTTPResponse.Status, _ code: String, zh: (String, String), en: (String, String)
    ) {
        self.status = status
        self.code = code
        self.zh = zh
        self.en = en
    }

    static var unexpected: Outcome {
        var outcome = Outcome(
            .internalServerError, "internal",
            zh: ("网关内部错误", "请稍后重试；如仍出现，请把请求编号告诉管理员"),
            en: ("The gateway failed", "Try again later; if it persists, give the administrator the request id"))
        // What fails here is ours to mend, and a record that waits meanwhile is not lost.
        outcome.isRetryable = true
        return outcome
    }

    private init(_ refusal: Refusal) {
        switch refusal {
        case .notFound:
            self.init(
                .notFound, "not-found", zh: ("没有这项内容", "请检查地址或编号；无权查看的内容也显示为不存在"),
                en: ("Nothing here", "Check the address or id; what you may not see looks the same"))
        case .methodNotAllowed(let allowed):
            let list = allowed.joined(separator: ", ")
            self.init(
                .methodNotAllowed, "method-not-allowed", zh: ("不支持该方法", "可用的方法：\(list)"),
                en: ("Method not allowed", "Use one of \(list)"))
            headers[.allow] = list
        case .loginRequired:
            self.init(
                .unauthorized, "login-required", zh: ("请先登录", "会话已过期或尚未登录，请重新登录；未发送的记录不会丢失"),
                en: ("Log in first", "The session has expired or none was given; log in again, unsent records are kept")
            )
            headers[.wwwAuthenticate] = "DPoP algs=\"ES256\", Bearer realm=\"grid-patrol\""
        case .notPermitted:
            self.init(
                .forbidden, "not-permitted", zh: ("没有权限", "您的岗位不能使用该功能，如有需要请联系管理员"),
                en: ("Not permitted", "Your role does not include this; ask the administrator if you need it"))
        case .passwordDue(.mustChange):
            self.init(
                .forbidden, "password-must-change", zh: ("请先修改密码", "这个密码是别人发给您的，请先改成自己的（PUT /v1/password）"),
                en: ("Change the password first", "It was handed to you; make one of your own (PUT /v1/password)"))
        case .passwordDue(.expired):
            self.init(
                .forbidden, "password-expired", zh: ("密码已到期", "请先修改密码（PUT /v1/password）"),
                en: ("The password has expired", "Change it first (PUT /v1/password)"))
        case .tooManyTries(let seconds):
            let minutes = (seconds + 59) / 60
            self.init(
                .tooManyRequests, "too-many-tries", zh: ("尝试次数过多", "请在 \(minutes) 分钟后重试；忘记密码请联系管理员"),
                en: (
                    "Too many tries",
                    "Try again in \(minutes) min; the administrator can set a new password"
                ))
            isRetryable = true
            retryAfter = seconds
        case .reportConflict(let stored, let sent):
            self.init(
                .conflict, "report-conflict", zh: ("同一编号已有不同内容", "已存内容摘要 \(stored)，本次 \(sent)；更正请用新编号并注明 supersedes"),
                en: (
                    "This id carries other content already",
                    "Stored digest \(stored), sent \(sent); send a correction under a new id with supersedes"
                ))
        default: self.init(access: refusal)
        }
    }

    /// Refusals that concern how something was sent rather than what.
    init(transport refusal: Refusal) {
        switch refusal {
        case .digestMismatch(let expected, let actual):
            self.init(
                .unprocessableContent, "digest-mismatch", zh: ("内容与摘要不符", "应为 \(expected)，收到 \(actual)；请重新发送"),
                en: ("The content does not match its digest", "Expected \(expected), received \(actual); send it again")
            )
            isRetryable = true
        case .badHeader(let name, let zh, let en):
            self.init(.badRequest, "bad-header", zh: ("请求头有误", "\(name)：\(zh)"), en: ("Bad header", "\(name): \(en)"))
        case .bodyTooLarge(let limit):
            self.init(
                .contentTooLarge, "body-too-large", zh: ("内容过大", "最多 \(limit) 字节"),
                en: ("Too large", "At most \(limit) bytes"))
            closes = true
        case .bodyTooSlow:
            self.init(
                .requestTimeout, "body-too-slow", zh: ("上传过慢", "请换到信号较好的地方重新发送"),
                en: ("Too slow", "Find a better signal and send it again"))
            isRetryable = true
            closes = true
        case .bodyIncomplete:
            self.init(
                .badRequest, "body-incomplete", zh: ("内容不完整", "连接中断，请重新发送"),
                en: ("The body ended early", "Send it again"))
            isRetryable = true
            closes = true
        case .unsupportedType(let expected):
            self.init(
                .unsupportedMediaType, "unsupported-type", zh: ("内容类型不对", "应为 \(expected)"),
                en: ("Unsupported content type", "Send \(expected)"))
        case .crossSite:
            self.init(
                .forbidden, "cross-site", zh: ("拒绝跨站提交", "请从本系统页面重新提交"),
                en: ("Cross-site form refused", "Submit the form from this system's own page"))
        case .busy(let seconds):
            self.init(
                .serviceUnavailable, "busy", zh: ("系统繁忙", "请在 \(seconds) 秒后重试"),
                en: ("Busy", "Try again in \(seconds) s"))
            isRetryable = true
            retryAfter = seconds
        case .tooManyRequests(let seconds):
            self.init(
                .tooManyRequests, "too-many-requests", zh: ("请求过于频繁", "请在 \(seconds) 秒后重试"),
                en: ("Too many requests", "Try again in \(seconds) s"))
            isRetryable = true
            retryAfter = seconds
        default: self = .unexpected
        }
    }

    private init(_ defects: Defects) {
        if defects.isSyntax {
            self.init(
                .badRequest, "bad-json", zh: ("不是有效的 JSON", "请改正后重新发送"),
                en: ("Not valid JSON", "Correct it and send again"))
        } else {
            self.init(
                .unprocessableContent, "invalid", zh: ("内容有 \(defects.all.count) 处错误", "请逐项改正后重新发送"),
                en: ("\(defects.all.count) defect(s)", "Correct each and send again"))
        }
        self.defects = defects.all
    }

    private init(_ problem: PhotoProblem) {
        let status: HTTPResponse.Status =
            switch problem {
            case .heic, .png, .webp, .notJPEG: .unsupportedMediaType
            case .ioFailure: .serviceUnavailable
            default: .unprocessableContent
            }
        self.init(
            status, problem.code, zh: ("照片不能使用", problem.message(chinese: true)),
            en: ("The photo cannot be used", problem.message(chinese: false)))
        if case .ioFailure = problem {
            isRetryable = true
            retryAfter = 60
        }
    }

    private init(_ error: StoreError) {
        switch error {
        case .queueFull, .busy, .unavailable: self.init(transport: .busy(seconds: 2))
        case .diskFull:
            self.init(
                HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "disk-full",
                zh: ("存储空间不足", "请稍后重试，并通知管理员"),
                en: ("The disk is full", "Try again later and tell the administrator"))
            isRetryable = true
            retryAfter = 60
        default: self = .unexpected
        }
    }

    private init(_ refusal: ClosingRefusal) {
        switch refusal {
        case .notOver:
            self.init(
                .conflict, "month-not-over", zh: ("该月尚未结束", "请在下月 1 日零时以后结账"),
                en: ("The month is not over", "Close it after it has ended"))
        case .alreadyClosed(let at):
            self.init(
                .conflict, "month-closed", zh: ("该月已结账", "结账时间 \(at.rfc3339)；此后的变化见台账日志"),
                en: ("The month is closed already", "Closed at \(at.rfc3339); what changed since is in its journal"))
        case .notAUnit:
            self.init(
                .conflict, "not-a-unit", zh: ("该区域不能单独结账", "结账以县（市、区）为单位，请填县级区域的编号"),
                en: ("This area does not close by itself", "Months close by county; give the county's id"))
        case .noLedger:
            self.init(
                .conflict, "no-ledger", zh: ("该月没有台账", "该月无人开始工作，无可结账"),
                en: ("The month has no ledger", "Nobody worked with it; there is nothing to close"))
        }
    }

    private init(_ refusal: RulingRefusal) {
        switch refusal {
        case .noSuchVisit, .noSuchRuling: self.init(Refusal.notFound)
        case .notAwaiting:
            self.init(
                .conflict, "not-awaiting", zh: ("没有待认定的事项", "请刷新待认定列表；可能已由他人或规则认定"),
                en: ("Nothing of this waits for a ruling", "Read the queue again; somebody or a rule may have decided"))
        case .ownRecord:
            self.init(
                .conflict, "own-record", zh: ("不能认定自己的记录", "请由站内其他负责人认定"),
                en: ("Nobody rules on their own record", "Leave it to another one of your station"))
        case .monthNotPossible(let months):
            let list = months.map(\.description).joined(separator: ", ")
            self.init(
                .conflict, "month-not-possible", zh: ("该月份不可能", "按各时钟，该次巡查只可能在 \(list)；请在 intoMonth 中选择"),
                en: (
                    "The visit cannot lie in that month",
                    "By its clocks it lies in one of \(list); choose with intoMonth"
                ))
        case .untilMissing:
            self.init(
                .conflict, "until-missing", zh: ("缺少状态的截止日期", "请在 until 中写明到哪一天"),
                en: ("The status needs its last day", "Say in until how long it holds"))
        case .notTogether:
            self.init(
                .conflict, "not-together", zh: ("此类事项须逐件认定", "请在待认定列表中逐件处理"),
                en: ("This matter is ruled on one by one", "Decide each in the queue"))
        case .notTheirs:
            self.init(
                .conflict, "other-person", zh: ("须由他人处理", "申诉由原认定人以外的人答复"),
                en: ("Somebody else has to do this", "An appeal is answered by another than the first ruler"))
        case .alreadyDecided:
            self.init(
                .conflict, "already-decided", zh: ("已经处理过", "请刷新后查看结果"),
                en: ("This was done already", "Read it again to see what became of it"))
        case .sampleDiffers(let count):
            self.init(
                .conflict, "sample-differs", zh: ("抽样尚未一致", "还有 \(count) 件抽样未按同样结论逐件认定；请先逐件认定抽样"),
                en: (
                    "The sample does not agree yet",
                    "\(count) drawn records are not decided that way; rule on each of them first"
                ))
        }
    }

    private init(_ refusal: PolicyRefusal) {
        switch refusal {
        case .patrolBeginsWithMonth:
            self.init(
                .conflict, "begins-with-month", zh: ("巡查走访政策从某月 1 日起执行", "请把 from 写成下月或以后某月的 1 日"),
                en: ("A patrol policy begins with a month", "Let from be the first day of a month to come"))
        case .beginsInThePast:
            self.init(
                .conflict, "begins-in-past", zh: ("起始日期已过", "请把 from 写成今天或以后"),
                en: ("It would begin in the past", "Let from be today or later"))
        case .beginsBeforeEarlierVersion:
            self.init(
                .conflict, "begins-before-earlier", zh: ("早于上一版本的起始日期", "请把 from 写成上一版本起始日期之后"),
                en: ("It would begin before the version before it", "Let from be later than that version's"))
        case .otherKind:
            self.init(
                .conflict, "other-kind", zh: ("该编号属于另一类政策", "请换一个编号"),
                en: ("The id belongs to another kind of policy", "Choose another id"))
        }
    }

    func response(language: Language, requestID: String) throws -> Response {
        let text = language == .chinese ? zh : en
        let problem = Problem(
            type: "https://gridpatrol.example/problems/\(code)", title: text.title, status: status.code,
            detail: text.detail, code: code, instance: requestID, retryable: isRetryable,
            defects: defects.isEmpty
                ? nil
                : defects.map { .init(pointer: $0.pointer, code: $0.code, message: language.pick($0.zh, $0.en)) })
        var response = try jsonResponse(problem, status: status)
        response.headers[.contentType] = "application/problem+json"
        response.headers[.contentLanguage] = language.rawValue
        for field in headers { response.headers[field.name] = field.value }
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        if closes { response.headers[.connection] = "close" }
        return response
    }
}

/// What a refusal of the store or of a body says to people, for commands that meet it without HTTP; nil for faults that
/// are not theirs to put right.
package func advice(on error: any Error) -> (zh: String, en: String)? {
    switch error {
    case let failure as CertificateFailure: return failure.advice
    case is ClosingRefusal, is RulingRefusal, is PolicyRefusal, is any Conflict, is BoundaryDefects, is AreaTreeError,
        is Defects, is Refusal:
        break
    default: return nil
    }
    let outcome = Outcome(describing: error)
    let defects = outcome.defects.map { (zh: "\($0.pointer) \($0.zh)", en: "\($0.pointer) \($0.en)") }
    return (
        (["\(outcome.zh.title)：\(outcome.zh.detail)。"] + defects.map(\.zh)).joined(separator: "\n"),
        (["\(outcome.en.title): \(outcome.en.detail)."] + defects.map(\.en)).joined(separator: "\n")
    )
}

/// Members in the order of their names, so that equal answers are equal bytes.
package func canonicalBytes(_ body: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(body))
}

func jsonResponse(_ body: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    jsonResponse(bytes: try canonicalBytes(body), status: status)
}

func jsonResponse(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
    Response(
        status: status, headers: [.contentType: "application/json", .contentLength: String(bytes.count)],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
}
