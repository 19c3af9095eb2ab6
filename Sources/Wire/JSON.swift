/// A JSON document (RFC 8259) read strictly: no duplicate names, no NUL, well-formed UTF-8, bounded depth.
///
/// Foundation's decoders stop at the first fault and drop duplicate names silently; a handheld's tester is
/// owed every fault with its place, and a record that is kept for ever must have one meaning only.
public enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits 64 bits.
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    /// Members in the order in which they were sent.
    case object([Member])

    public struct Member: Equatable, Sendable {
        public let name: String
        public let value: JSON

        public init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Deepest nesting that is read.
    public static let maxDepth = 32

    /// - Throws: `Defects` with `isSyntax` and the byte offset of the fault.
    public init(parsing bytes: [UInt8]) throws(Defects) {
        var fault: (offset: Int, reason: JSONFault)?
        let parsed: JSON? = bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(bytes: buffer)
            do throws(JSONFault) {
                return try reader.document()
            } catch {
                fault = (reader.offset, error)
                return nil
            }
        }
        guard let parsed else {
            let (offset, reason) = fault ?? (0, .unexpected)
            throw Defects(
                [
                    Defect(
                        "", reason.rawValue, zh: "第 \(offset) 字节处不是有效的 JSON（\(reason.zh)），请检查后重新发送",
                        en: "not valid JSON at byte \(offset) (\(reason.en)); correct it and send again")
                ], isSyntax: true)
        }
        self = parsed
    }
}

enum JSONFault: String, Error {
    case unexpected = "json-unexpected"
    case truncated = "json-truncated"
    case tooDeep = "json-too-deep"
    case duplicateName = "json-duplicate-name"
    case badText = "json-bad-text"
    case badNumber = "json-bad-number"
    case trailing = "json-trailing"

    var zh: String {
        switch self {
        case .unexpected: "此处字符不合语法"
        case .truncated: "内容不完整"
        case .tooDeep: "嵌套过深"
        case .duplicateName: "同一对象中字段重名"
        case .badText: "文字不是合法的 UTF-8 或含有空字符"
        case .badNumber: "数字格式错误"
        case .trailing: "结尾后还有多余内容"
        }
    }

    var en: String {
        switch self {
        case .unexpected: "this character cannot stand here"
        case .truncated: "it ends too early"
        case .tooDeep: "nested too deeply"
        case .duplicateName: "a name occurs twice in one object"
        case .badText: "text is not UTF-8 or holds a NUL"
        case .badNumber: "a number is malformed"
        case .trailing: "something follows the end"
        }
    }
}
