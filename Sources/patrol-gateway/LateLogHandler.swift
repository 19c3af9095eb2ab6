import Logging

/// Writes as swift-log's own handler does, but puts metadata into words only when a line is written: every request gets
/// an id for its log, and hardly any writes one. One entry is one line, whatever a request put into it.
struct LateLogHandler: LogHandler {
    private let stream: StreamLogHandler
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(_ stream: StreamLogHandler) { self.stream = stream }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var event = event
        event.message = "\(oneLine(event.message.description))"
        event.metadata = metadata.merging(event.metadata ?? [:]) { _, own in own }.mapValues(\.inOneLine)
        stream.log(event: event)
    }
}

extension Logger.MetadataValue {
    fileprivate var inOneLine: Logger.MetadataValue {
        switch self {
        case .string(let text): .string(oneLine(text))
        case .stringConvertible(let value): .string(oneLine(value.description))
        case .array(let values): .array(values.map(\.inOneLine))
        case .dictionary(let values):
            .dictionary(
                Dictionary(values.map { (oneLine($0), $1.inOneLine) }) { first, _ in first })
        }
    }
}

/// What would begin a line, move a cursor or turn the direction of writing is written out (`\u{1B}`).
func oneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isForging) else { return text }
    return text.unicodeScalars.map {
        isForging($0) ? "\\u{\(String($0.value, radix: 16, uppercase: true))}" : String($0)
    }
    .joined()
}

private func isForging(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format: true
    default: false
    }
}
