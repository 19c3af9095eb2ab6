import Foundation

/// A circle around a subject within which a visit is expected to take place.
public struct Geofence: Hashable, Sendable {
    /// The middle of the circle.
    public let centre: Coordinate
    /// Radius of the circle in metres.
    public let radiusMetres: Double

    /// The accuracy assumed for a fix that states none: 100 m, what a handheld typically reaches from networks alone.
    public static let defaultAccuracyMetres = 100.0

    /// A circle. Nothing is inside of a radius that is zero, negative or not a number.
    public init(centre: Coordinate, radiusMetres: Double) {
        self.centre = centre
        self.radiusMetres = radiusMetres
    }

    /// Probability, 0…1, that a person whose fix gives this place truly is inside.
    ///
    /// The error of the fix is taken as circular and normal, with 68.3 % of it within the accuracy, so
    /// σ = accuracy / √(−2 ln 0.317). The distance of the true place from the centre then follows the Rice distribution
    /// (S. O. Rice, "Mathematical Analysis of Random Noise", Bell System Technical Journal 24, 1945), and the
    /// probability is 1 − Q₁(distance/σ, radius/σ) with Marcum's Q-function. Absolute error below 1e-6; the flat map
    /// that this implies is good for radii up to hundreds of kilometres.
    ///
    /// - Parameters:
    ///   - coordinate: The fix. A place that is not valid is never inside.
    ///   - accuracyMetres: 68 % radius of the fix. Nil, and what devices write for nil (zero, negative numbers, not a
    ///     finite number), count as ``defaultAccuracyMetres``; less than one metre counts as one metre.
    public func probabilityInside(_ coordinate: Coordinate, accuracyMetres: Double?) -> Double {
        guard coordinate.isValid, centre.isValid, radiusMetres > 0 else { return 0 }
        let sigma = Geofence.sigma(accuracyMetres: accuracyMetres)
        return riceProbability(
            below: radiusMetres / sigma,
            distance: centre.distance(to: coordinate) / sigma)
    }

    private static func sigma(accuracyMetres: Double?) -> Double {
        guard let accuracyMetres, accuracyMetres.isFinite, accuracyMetres > 0 else {
            return defaultAccuracyMetres / accuracyInSigmas
        }
        return max(1, accuracyMetres) / accuracyInSigmas
    }

    /// Quantile of the Rayleigh distribution that contains 68.3 %.
    private static let accuracyInSigmas = (-2 * log(1 - 0.683)).squareRoot()
}

/// Cumulative Rice distribution for σ = 1: ∫₀ᵇ x exp(−(x² + a²)/2) I₀(ax) dx with `b = limit` and `a = distance`.
///
/// The integrand is a smooth hill at `a` of about unit width, so twenty nodes of the Gauss–Legendre rule between six
/// units before the hill and six behind leave an error that is set by the approximation of I₀.
private func riceProbability(below limit: Double, distance: Double) -> Double {
    // Farther from the edge than this, the rest is below exp(−18) = 2e-8.
    let reach = 6.0
    if limit - distance >= reach { return 1 }
    if distance - limit >= reach { return 0 }
    let lower = max(0, distance - reach)
    let halfWidth = (limit - lower) / 2
    let middle = lower + halfWidth
    var sum = 0.0
    for (node, weight) in gaussLegendreNodes {
        sum +=
            weight
            * (riceDensity(at: middle - node * halfWidth, distance: distance)
                + riceDensity(at: middle + node * halfWidth, distance: distance))
    }
    return min(max(sum * halfWidth, 0), 1)
}

/// x exp(−(x − a)²/2) · e⁻ᵃˣ I₀(ax): written so that nothing overflows.
private func riceDensity(at x: Double, distance: Double) -> Double {
    let offset = x - distance
    return x * exp(-offset * offset / 2) * scaledBesselI0(distance * x)
}

/// e⁻ˣ I₀(x) for x ≥ 0: polynomial approximations 9.8.1 and 9.8.2 of M. Abramowitz and I. Stegun, "Handbook of
/// Mathematical Functions", 1964; error below 2e-7.
private func scaledBesselI0(_ x: Double) -> Double {
    if x < 3.75 {
        let t = (x / 3.75) * (x / 3.75)
        let low = 1 + t * (3.515_622_9 + t * (3.089_942_4 + t * 1.206_749_2))
        let high = 0.265_973_2 + t * (0.036_076_8 + t * 0.004_581_3)
        return exp(-x) * (low + t * t * t * t * high)
    }
    let t = 3.75 / x
    let low = 0.398_942_28 + t * (0.013_285_92 + t * (0.002_253_19 - t * 0.001_575_65))
    let high = 0.009_162_81 + t * (-0.020_577_06 + t * (0.026_355_37 + t * (-0.016_476_33 + t * 0.003_923_77)))
    return (low + t * t * t * t * high) / x.squareRoot()
}

/// Positive nodes and weights for n = 20; Abramowitz and Stegun, table 25.4.
private let gaussLegendreNodes: [(node: Double, weight: Double)] = [
    (0.0765265211334973, 0.1527533871307258),
    (0.2277858511416451, 0.1491729864726037),
    (0.3737060887154195, 0.1420961093183820),
    (0.5108670019508271, 0.1316886384491766),
    (0.6360536807265150, 0.1181945319615184),
    (0.7463319064601508, 0.1019301198172404),
    (0.8391169718222188, 0.0832767415767048),
    (0.9122344282513259, 0.0626720483341091),
    (0.9639719272779138, 0.0406014298003869),
    (0.9931285991850949, 0.0176140071391521),
]
