/// Where a handheld says that it got a position from.
public enum FixProvider: String, Hashable, CaseIterable, Sendable {
    /// A satellite receiver: GPS, BeiDou, GLONASS, Galileo.
    case gps
    /// Cell towers and wireless networks.
    case network
    /// The operating system's mixture of all of these.
    case fused
    /// A person set it on a map.
    case manual
    /// Not stated, or a name that is not known here.
    case unknown
}

/// A position as a handheld measured it. Everything in it is a claim of the device, to be judged as evidence.
public struct Fix: Hashable, Sendable {
    /// Where, in the system in which it was stated.
    public let position: Position
    /// Radius in metres within which the true place lies with 68 % probability, as Android's `Location.getAccuracy`
    /// defines it; nil if the device did not know.
    public let accuracyMetres: Double?
    /// How it was measured.
    public let provider: FixProvider
    /// When it was measured, for satellite fixes by the satellites' clock; nil if not stated.
    public let time: Instant?
    /// Whether the operating system reported a mock location; nil if it cannot tell.
    public let isMock: Bool?

    /// A fix with everything that is known of it.
    public init(
        position: Position, accuracyMetres: Double? = nil, provider: FixProvider = .unknown,
        time: Instant? = nil, isMock: Bool? = nil
    ) {
        self.position = position
        self.accuracyMetres = accuracyMetres
        self.provider = provider
        self.time = time
        self.isMock = isMock
    }
}
