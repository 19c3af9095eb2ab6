import Crypto
import Hummingbird
import Imaging
import Patrol
import Store

/// A photo's way in: counted and hashed while it streams to disk, looked at before any decoding, kept as evidence,
/// made upright and small, and only then acknowledged.
struct PhotoIntake: Sendable {
    let gateway: Gateway

    /// - Parameter sha256: what the sender says the digest is.
    /// - Returns: the photo as it is kept, on disk and in the store.
    func receive(_ request: Request, sha256: String, from person: String) async throws -> PhotoEntry {
        try await gateway.photoPool.reserving { place in
            try await receive(request, sha256: sha256, from: person, decodingAt: place)
        }
    }

    private func receive(
        _ request: Request, sha256: String, from person: String, decodingAt place: BoundedPool.Place
    ) async throws -> PhotoEntry {
        let incoming = try await gateway.filePool.run { [photos = gateway.photos] in try photos.makeIncoming() }
        var isKept = false
        defer { if !isKept { incoming.discard() } }
        let bytes = try await stream(request, into: incoming, sha256: sha256)
        let limits = limits
        let path = incoming.path
        _ = try await place.run { try inspect(file: path, limits: limits) }
        try await gateway.filePool.run { [photos = gateway.photos] in try photos.keep(incoming, as: .original, sha256) }
        isKept = true
        let entry = try await normalized(sha256, bytes: bytes, at: place)
        return try await gateway.store.add(entry, sentBy: person, at: gateway.now())
    }

    private var limits: PhotoLimits {
        var limits = PhotoLimits()
        limits.maxBytes = gateway.settings.maxPhotoBytes
        limits.maxMegapixels = gateway.settings.maxPhotoMegapixels
        return limits
    }

    private func stream(_ request: Request, into incoming: IncomingFile, sha256: String) async throws -> Int64 {
        let limits = BodyLimits(
            maxBytes: gateway.settings.maxPhotoBytes, minimumRate: gateway.settings.minimumBodyRate)
        var hasher = SHA256()
        var count: Int64 = 0
        try await limits.read(request) { piece in
            piece.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
            count += Int64(piece.readableBytes)
            try await gateway.filePool.run { try piece.withUnsafeReadableBytes { try incoming.write($0) } }
        }
        let digest = Array(hasher.finalize())
        try checkContentDigest(request, sha256: digest)
        guard hexadecimal(digest) == sha256 else {
            throw Refusal.digestMismatch(expected: sha256, actual: hexadecimal(digest))
        }
        return count
    }

    /// A photo that passed the marker check but cannot be decoded is quarantined: a final state, told to its sender.
    private func normalized(
        _ sha256: String, bytes: Int64, at place: BoundedPool.Place
    ) async throws -> PhotoEntry {
        let path = gateway.photos.path(.original, sha256)
        let limits = limits
        let photos = gateway.photos
        return try await place.run {
            do {
                let photo = try normalize(file: path, limits: limits)
                try photos.write(photo.large.bytes, as: .large, sha256)
                try photos.write(photo.thumbnail.bytes, as: .thumbnail, sha256)
                return PhotoEntry(
                    sha256: sha256, bytes: bytes, state: photo.damaged ? .damaged : .stored,
                    problem: photo.damaged ? "photo-damaged" : nil, rendition: rendition(of: photo))
            } catch let problem as PhotoProblem {
                if case .ioFailure = problem { throw problem }
                return PhotoEntry(
                    sha256: sha256, bytes: bytes, state: .quarantined, problem: problem.code, rendition: nil)
            }
        }
    }
}

private func rendition(of photo: NormalizedPhoto) -> PhotoEntry.Rendition {
    PhotoEntry.Rendition(
        width: photo.large.width, height: photo.large.height, largeSHA256: photo.large.sha256,
        thumbnailSHA256: photo.thumbnail.sha256, pipelineVersion: photo.pipelineVersion,
        capturedAt: photo.facts.capturedAt?.local, latitude: photo.facts.latitude, longitude: photo.facts.longitude,
        make: photo.facts.make, model: photo.facts.model)
}
