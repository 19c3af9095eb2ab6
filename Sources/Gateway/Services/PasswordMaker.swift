/// Passwords and ids of people, from randomness that is passed in.
package enum PasswordMaker {
    /// Lower case and digits without those that look alike: 0 o 1 l i.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")
    private static let groups = 3
    private static let groupLength = 5

    /// Fifteen characters in groups of five, 74 bits: easy to read out and to copy from paper. Letters, digits and signs,
    /// as every profile wants them.
    package static func password(using generator: inout some RandomNumberGenerator) -> String {
        while true {
            let drawn = (0..<groups).map { _ in letters(groupLength, using: &generator) }.joined(separator: "-")
            if drawn.contains(where: \.isNumber), drawn.contains(where: \.isLetter) { return drawn }
        }
    }

    /// `P` and sixteen characters, 79 bits: never the same twice.
    package static func personID(using generator: inout some RandomNumberGenerator) -> String {
        "P" + letters(16, using: &generator)
    }

    private static func letters(_ count: Int, using generator: inout some RandomNumberGenerator) -> String {
        String((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }
}
