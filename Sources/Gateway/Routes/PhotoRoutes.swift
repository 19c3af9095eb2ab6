import Foundation
import HTTPTypes
import Hummingbird
import Intake
import Patrol
import Store
import Wire

extension Gateway {
    var photoRoutes: [Route] {
        [
            Route(.put, "/v1/photos/{sha256}", .handover, handle: Gateway.putPhoto),
            Route(.get, "/v1/photos/{sha256}", .loggedIn, handle: Gateway.getPhoto),
        ]
    }

    /// 201 when the bytes are new from this person, 200 when they sent them before.
    @Sendable private func putPhoto(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let sha256 = try digestParameter(context)
        let from = try await handover(request, context) { RecordSignature.text(photo: sha256, person: $0) }
        let person = from.actor.person
        if try await store.possesses(person, photo: sha256),
            let kept = try await store.acknowledged(photo: sha256, sentBy: person)
        {
            return try jsonResponse(PhotoReceipt(kept))
        }
        // Whoever may send nothing any more still completes what they sent.
        let mayBegin = context.actor != nil && permits(from.actor.assignments, .submitReport, on: today())
        let isAwaited = mayBegin ? true : try await store.isAwaited(photo: sha256, from: person)
        guard isAwaited else { throw context.actor == nil ? Refusal.notFound : .notPermitted }
        let kept = try await PhotoIntake(gateway: self).receive(request, sha256: sha256, from: person)
        return try jsonResponse(PhotoReceipt(kept), status: .created)
    }

    /// `?size=large|thumb` serves the normalised picture; without it the original, for those permitted.
    @Sendable private func getPhoto(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sha256 = try digestParameter(context)
        var query = Query(request)
        let size = query.choice("size", of: PhotoSize.self)
        try query.finish()
        let isOwn = try await store.possesses(actor.person, photo: sha256)
        let uses = try await store.uses(ofPhoto: sha256)
        var mayRead = isOwn && size != nil
        if !mayRead { mayRead = try await areReadable(uses, by: actor, original: size == nil) }
        guard mayRead, let photo = try await store.photo(sha256) else { throw Refusal.notFound }
        // Evidence as it came, and pictures from visits to key persons, are not looked at unseen.
        let isOfKeyPerson = uses.contains { $0.kind == .keyPerson }
        if size == nil || (isOfKeyPerson && !isOwn) { try await traceReading(request, context, purpose: .ruling) }
        let kind: PhotoFiles.Kind =
            switch size {
            case .large: .large
            case .thumb: .thumbnail
            case nil: .original
            }
        guard kind == .original || photo.rendition != nil else { throw Refusal.notFound }
        return try await file(kind, photo, request, context)
    }

    private func file(
        _ kind: PhotoFiles.Kind, _ photo: PhotoEntry, _ request: Request, _ context: PatrolContext
    ) async throws -> Response {
        let served =
            switch kind {
            case .original: photo.sha256
            case .large: photo.rendition?.largeSHA256 ?? photo.sha256
            case .thumbnail: photo.rendition?.thumbnailSHA256 ?? photo.sha256
            }
        let tag = "\"\(served)\""
        var headers: HTTPFields = [
            .eTag: tag, .cacheControl: "private, max-age=86400", .contentType: "image/jpeg",
            .contentSecurityPolicy: "default-src 'none'; sandbox",
        ]
        if request.hasCurrent(tag) { return Response(status: .notModified, headers: headers) }
        if kind == .original {
            headers[.contentDisposition] = "attachment; filename=\"\(photo.sha256).jpg\""
            headers[.reprDigest] = "sha-256=:\(base64(hexDigits: photo.sha256)):"
        }
        let body = try await FileIO().loadFile(path: photos.path(kind, photo.sha256), context: context)
        if let length = body.contentLength { headers[.contentLength] = String(length) }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// Somebody who reads photos in an area where a record uses it. Pictures from visits to key
    /// persons need that right besides.
    private func areReadable(
        _ uses: [(grid: AreaID?, kind: SubjectKind?)], by actor: Actor, original: Bool
    ) async throws -> Bool {
        let needed: Permission = original ? .readOriginals : .readPhotos
        for use in uses {
            guard let grid = use.grid, let path = try await store.path(of: grid, on: today()) else { continue }
            if permits(actor.assignments, needed, in: path, on: today()),
                use.kind != .keyPerson || permits(actor.assignments, .readKeyPersonEvidence, in: path, on: today())
            {
                return true
            }
        }
        return false
    }

    private func digestParameter(_ context: PatrolContext) throws -> String {
        let sha256 = try context.parameters.require("sha256")
        guard isSHA256(sha256) else {
            throw Defects([
                Defect("sha256", "bad-digest", zh: "应为 64 位小写十六进制", en: "must be 64 lower-case hexadecimal digits")
            ])
        }
        return sha256
    }
}

private enum PhotoSize: String, CaseIterable {
    case large, thumb
}

private func base64(hexDigits: String) -> String {
    let digits = Array(hexDigits.utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    return Data(bytes).base64EncodedString()
}

extension PhotoReceipt {
    init(_ photo: PhotoEntry) {
        self.init(sha256: photo.sha256, bytes: photo.bytes, state: photo.state.rawValue, code: photo.problem)
    }
}
