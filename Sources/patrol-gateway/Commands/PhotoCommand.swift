import ArgumentParser
import Foundation
import Gateway
import Imaging
import Patrol

struct PhotoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "photo", abstract: "照片处理 · Photos", subcommands: [NormalizeCommand.self])
}

struct NormalizeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalize", abstract: "把照片转正、缩小、去除元数据 · Make photos upright, small and free of metadata",
        discussion: """
            Writes DIR/NAME.jpg (longest side ≤ 2048) and DIR/NAME-thumb.jpg (≤ 320) for each FILE and prints one JSON \
            line a file. width, height, bytes and sha256 are those of NAME.jpg; orientation, capturedAt, latitude and \
            longitude are what the original's EXIF says: capturedAt is RFC 3339 if the offset is known, else the \
            camera's local time. A refused file has "ok":false and a code in "problem"; a photo that is damaged in \
            places but can be seen is "ok":true with "problem":"photo-damaged". What to do is told on standard error. \
            Exits 0 only if every file is ok.
            """)

    @Argument(help: "JPEG 照片 · JPEG photos") var files: [String]
    @Option(help: ArgumentHelp("输出文件夹，没有则建立 · Folder for the results, made if missing", valueName: "DIR"))
    var out: String

    func run(_ context: CommandContext) async throws {
        let folder = URL(filePath: out, directoryHint: .isDirectory)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                .cannotCreate, zh: "无法建立输出文件夹 \(out)。请检查权限，或用 --out 另选一处。",
                en: "The folder \(out) cannot be made. Check permissions or choose another with --out.")
        }
        var limits = PhotoLimits()
        limits.maxBytes = context.settings.gateway.maxPhotoBytes
        limits.maxMegapixels = context.settings.gateway.maxPhotoMegapixels
        var output = PhotoOutput(folder: folder, inputs: files)
        var refused = 0
        for file in files {
            let line = output.normalize(file, limits: limits)
            context.console.out(line.json)
            if let advice = line.advice { context.console.warn(advice) }
            if !line.isOK { refused += 1 }
        }
        guard refused == 0 else {
            throw CommandFailure(
                .failure, zh: "\(files.count) 张照片中有 \(refused) 张未能处理，原因见上。",
                en: "\(refused) of \(files.count) photos were refused, for the reasons above.")
        }
    }
}

/// Writes the renditions; never over a photo that was given, nor over a result of the same run.
struct PhotoOutput {
    private let folder: URL
    private let inputs: Set<String>
    private var written: Set<String> = []

    init(folder: URL, inputs: [String]) {
        self.folder = folder
        self.inputs = Set(inputs.map { URL(filePath: $0).resolvingSymlinksInPath().path })
    }

    mutating func normalize(_ file: String, limits: PhotoLimits) -> NormalizedLine {
        let name = URL(filePath: file).deletingPathExtension().lastPathComponent
        let large = folder.appending(path: name + ".jpg")
        let thumbnail = folder.appending(path: name + "-thumb.jpg")
        let paths = [large, thumbnail].map { $0.resolvingSymlinksInPath().path }
        guard paths.allSatisfy({ !inputs.contains($0) && !written.contains($0) }) else {
            return NormalizedLine(
                file: file, problem: "name-taken",
                advice: Message(
                    zh: "\(file)：输出文件名与另一张照片相同。请改名，或分开处理。",
                    en: "\(file): its result would overwrite another photo. Rename it or use another folder."))
        }
        do {
            let photo = try Imaging.normalize(file: file, limits: limits)
            try Data(photo.large.bytes).write(to: large, options: .atomic)
            try Data(photo.thumbnail.bytes).write(to: thumbnail, options: .atomic)
            written.formUnion(paths)
            return NormalizedLine(file: file, photo: photo)
        } catch PhotoProblem.ioFailure(let reason) {
            return NormalizedLine(
                file: file, problem: PhotoProblem.ioFailure(reason).code,
                advice: Message(
                    zh: "\(file)：文件读不出来。请检查路径与权限。", en: "\(file): cannot be read. Check its path and permissions."))
        } catch let problem as PhotoProblem {
            let advice = Message(
                zh: "\(file)：\(problem.message(chinese: true))", en: "\(file): \(problem.message(chinese: false))")
            return NormalizedLine(file: file, problem: problem.code, advice: advice)
        } catch {
            return NormalizedLine(
                file: file, problem: "not-written",
                advice: Message(
                    zh: "\(file)：结果写不进 \(folder.path)。请检查磁盘空间与权限。",
                    en: "\(file): the result cannot be written to \(folder.path). Check space and permissions."))
        }
    }
}

/// What is printed for one file; the members and their order are promised.
struct NormalizedLine {
    let file: String
    let photo: NormalizedPhoto?
    let problem: String?
    let advice: Message?

    var isOK: Bool { photo != nil }

    init(file: String, photo: NormalizedPhoto) {
        self.file = file
        self.photo = photo
        problem = photo.damaged ? "photo-damaged" : nil
        advice =
            photo.damaged
            ? Message(
                zh: "\(file)：照片有损坏，只恢复了可见部分。如可能请重拍。",
                en: "\(file): damaged; what can be seen was kept. Take it again if you can.")
            : nil
    }

    init(file: String, problem: String, advice: Message) {
        self.file = file
        self.problem = problem
        self.advice = advice
        photo = nil
    }

    var json: String {
        let facts = photo?.facts
        let members: [(String, String)] = [
            ("file", jsonText(file)), ("ok", isOK ? "true" : "false"),
            ("width", jsonNumber(photo?.large.width)), ("height", jsonNumber(photo?.large.height)),
            ("bytes", jsonNumber(photo?.large.bytes.count)), ("sha256", jsonText(photo?.large.sha256)),
            ("orientation", jsonNumber(facts?.orientation)), ("capturedAt", jsonText(facts?.capturedAt?.text)),
            ("latitude", jsonNumber(facts?.latitude)), ("longitude", jsonNumber(facts?.longitude)),
            ("problem", jsonText(problem)),
        ]
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}

private func jsonNumber(_ number: (some Numeric & CustomStringConvertible)?) -> String { number?.description ?? "null" }

/// RFC 8259, section 7: quotation mark, reverse solidus and control characters are escaped.
private func jsonText(_ text: String?) -> String {
    guard let text else { return "null" }
    var json = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": json += "\\\""
        case "\\": json += "\\\\"
        case "\u{0}"..<" ":
            let digits = String(scalar.value, radix: 16)
            json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: json.unicodeScalars.append(scalar)
        }
    }
    return json + "\""
}

extension CaptureTime {
    /// RFC 3339 where the offset is known, else the camera's wall clock.
    fileprivate var text: String {
        guard let offsetMinutes else { return local }
        let digits = milliseconds.map { "." + $0.padded(to: 3) } ?? ""
        let sign = offsetMinutes < 0 ? "-" : "+"
        let hours = (abs(offsetMinutes) / 60).padded(to: 2)
        let minutes = (abs(offsetMinutes) % 60).padded(to: 2)
        return "\(local)\(digits)\(sign)\(hours):\(minutes)"
    }
}
