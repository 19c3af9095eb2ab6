/// A new account with its first role.
public struct AccountBody: Codable, Equatable, Sendable {
    /// 2–64 small letters, digits or `. _ -`.
    public var login: String
    public var name: String
    public var role: String
    public var area: String
    /// Today without it.
    public var from: String?
    /// The first day on which the role does not hold any more.
    public var to: String?

    public init(login: String, name: String, role: String, area: String, from: String? = nil, to: String? = nil) {
        self.login = login
        self.name = name
        self.role = role
        self.area = area
        self.from = from
        self.to = to
    }
}

/// Which account is meant.
public struct AccountName: Codable, Equatable, Sendable {
    public var login: String

    public init(login: String) { self.login = login }
}

/// A password that the gateway made, in the clear for the only time.
public struct IssuedPassword: Codable, Equatable, Sendable {
    public var login: String
    public var password: String
    /// Until when it must have been changed.
    public var until: String

    public init(login: String, password: String, until: String) {
        self.login = login
        self.password = password
        self.until = until
    }
}

/// A role in an area for some days.
public struct RoleBody: Codable, Equatable, Sendable {
    public var login: String
    public var role: String
    public var area: String
    public var from: String
    /// The first day on which it does not hold any more.
    public var to: String?

    public init(login: String, role: String, area: String, from: String, to: String? = nil) {
        self.login = login
        self.role = role
        self.area = area
        self.from = from
        self.to = to
    }
}

/// A role that does not hold from a day on.
public struct RoleEnd: Codable, Equatable, Sendable {
    public var login: String
    public var role: String
    public var area: String
    public var from: String

    public init(login: String, role: String, area: String, from: String) {
        self.login = login
        self.role = role
        self.area = area
        self.from = from
    }
}

/// An account as those who manage it see it.
public struct AccountRow: Codable, Equatable, Sendable {
    public var person: String
    public var login: String
    public var name: String
    /// `active` or `disabled`.
    public var state: String
    public var passwordSetAt: String
    /// `mustChange` or `expired`.
    public var passwordDue: String?
    /// In force or to come.
    public var roles: [HeldRole]

    public init(
        person: String, login: String, name: String, state: String, passwordSetAt: String, passwordDue: String? = nil,
        roles: [HeldRole]
    ) {
        self.person = person
        self.login = login
        self.name = name
        self.state = state
        self.passwordSetAt = passwordSetAt
        self.passwordDue = passwordDue
        self.roles = roles
    }

    public struct HeldRole: Codable, Equatable, Sendable {
        public var role: String
        public var area: String
        public var areaName: String
        public var from: String
        public var to: String?

        public init(role: String, area: String, areaName: String, from: String, to: String? = nil) {
            self.role = role
            self.area = area
            self.areaName = areaName
            self.from = from
            self.to = to
        }
    }
}
