import Logging

/// Writes as swift-log's own handler does, but puts metadata into words only when a line is written: every request gets
/// an id for its log, and hardly any writes one.
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
        event.metadata = metadata.merging(event.metadata ?? [:]) { _, own in own }
        stream.log(event: event)
    }
}
