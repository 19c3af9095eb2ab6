import Crypto
import Foundation
import Imaging

/// A photo beside its record.
struct TakenPhoto: Equatable, Sendable {
    let sha256: String
    let bytes: Int64
    /// By the camera's clock (EXIF).
    let time: CaptureTime?
}

/// Copies a photo beside the record it belongs to and proves the copy.
struct PhotoIntake {
    static let limits = PhotoLimits()
    private static let pieceBytes = 1 << 20

    /// - Parameter folder: where the copy goes, under its SHA-256.
    /// - Throws: `Failure` that names the file and what to do, or `StorageFault`.
    func take(_ path: String, into folder: String) throws -> TakenPhoto {
        let aside = folder + "/.incoming"
        try Storage.removeIfPresent(aside)
        let (sha256, bytes) = try copy(path, to: aside)
        guard try Self.digest(of: aside) == sha256 else {
            throw Failure(
                .inputOutput, "copy-differs", zh: "照片“\(path)”复制后内容不一致，存储可能有故障。请换一个位置重试。",
                en: "The copy of \(path) differs from the photo; the storage may be faulty. Try another place.")
        }
        try refuse(whatIsNoPhoto: aside, called: path)
        let facts = try? inspect(file: aside, limits: Self.limits).facts
        try Storage.rename(aside, to: "\(folder)/\(Self.fileName(sha256))")
        return TakenPhoto(sha256: sha256, bytes: bytes, time: facts?.capturedAt)
    }

    static func fileName(_ sha256: String) -> String { sha256 + ".jpg" }

    private func copy(_ path: String, to aside: String) throws -> (String, Int64) {
        let source: OpenFile
        do {
            source = try OpenFile(reading: path)
        } catch {
            throw Failure(
                .noInput, "photo-unreadable", zh: "打不开照片“\(path)”：\(error.reason)。请检查路径后重试，记录未保存。",
                en: "Cannot open the photo \(path): \(error.reason). Check the path; the record was not saved.")
        }
        let target = try OpenFile(creating: aside)
        var hash = SHA256()
        var total: Int64 = 0
        while true {
            let piece: [UInt8]
            do {
                piece = try source.read(upTo: Self.pieceBytes)
            } catch {
                throw Failure(
                    .noInput, "photo-unreadable", zh: "读不出照片“\(path)”：\(error.reason)。记录未保存。",
                    en: "Cannot read the photo \(path): \(error.reason). The record was not saved.")
            }
            if piece.isEmpty { break }
            total += Int64(piece.count)
            if total > Int64(Self.limits.maxBytes) { throw refusal(.tooManyBytes(limit: Self.limits.maxBytes), path) }
            hash.update(data: piece)
            try target.write(piece)
        }
        try target.sync()
        return (hexadecimalText(hash.finalize()), total)
    }

    static func digest(of path: String) throws(StorageFault) -> String {
        let file = try OpenFile(reading: path)
        var hash = SHA256()
        while true {
            let piece = try file.read(upTo: pieceBytes)
            if piece.isEmpty { return hexadecimalText(hash.finalize()) }
            hash.update(data: piece)
        }
    }

    /// Refuses what is no JPEG at all, while the worker still stands in front of what was to be shown. A JPEG with
    /// other faults is taken: the gateway may be able to use more of it than this device can tell.
    private func refuse(whatIsNoPhoto copy: String, called path: String) throws {
        guard let problem = Self.problem(of: copy) else { return }
        switch problem {
        case .empty, .tooManyBytes, .notJPEG, .heic, .png, .webp: throw refusal(problem, path)
        default: return
        }
    }

    /// Why the gateway is likely to find a photo of no use; nil for a sound one.
    static func problem(of path: String) -> PhotoProblem? {
        do throws(PhotoProblem) {
            _ = try inspect(file: path, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    private func refusal(_ problem: PhotoProblem, _ path: String) -> Failure {
        Failure(
            .dataRefused, problem.code, zh: "“\(path)”：\(problem.message(chinese: true))记录未保存。",
            en: "\(path): \(problem.message(chinese: false)) The record was not saved.")
    }
}
