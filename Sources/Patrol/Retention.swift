/// How long what is personal is kept before it is cut away. The shortest time that the purpose needs (个人信息保护法 19).
public struct RetentionTerms: Equatable, Sendable {
    /// Days after receipt until the exact position of a visit to a key person goes. A month's visits are ruled on until
    /// it closes on the third of the next one, so thirty days cover it for all but the first days of a month.
    public var keyPersonPositionDays = 30
    /// Days after receipt until a worker's position goes from any other record: a half-year's inspection still finds it.
    public var workerPositionDays = 180
    /// Days after receipt until what a camera wrote into a photo (place, make, model) goes.
    public var photoMetadataDays = 180
    /// Months after somebody left every list until what is known of them is deleted.
    public var offListMonths = 6
    /// Days after a login ended until its row goes.
    public var loginDays = 180

    /// However long the setting: field notes 8.4.
    public static let longestKeyPersonPositionDays = 90

    public init() {}
}

/// What is cut from a record.
public enum RecordCut: String, CaseIterable, Sendable {
    /// The digest of the record before it, once that was cut.
    case link
    /// Where it was made.
    case position
    /// Besides, whatever words and names it carries.
    case content
}
