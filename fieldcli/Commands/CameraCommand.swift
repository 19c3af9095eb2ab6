import ArgumentParser
import Patrol

struct CameraCommand: FieldCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera",
        abstract: Language.ofProcess(
            zh: "生成一张带时间和位置的照片（没有相机时试用）", en: "Make a photo with time and place, where there is no camera"))

    @Argument(help: hint("新文件", "File to be made"))
    var file: String

    @OptionGroup var position: PositionOptions

    @Option(help: hint("定位精度（米）", "Accuracy of the fix in metres"))
    var accuracy: Double?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let here = position.here, !here.isValid {
            throw ValidationError(
                Language.ofProcess(
                    zh: "位置应为 纬度,经度：纬度 −90…90，经度 −180…180",
                    en: "The position is latitude,longitude: −90…90 and −180…180 degrees"))
        }
        if let accuracy, !(0...4_000_000).contains(accuracy) {
            throw ValidationError(Language.ofProcess(zh: "精度（米）不能为负", en: "The accuracy is in metres, not negative"))
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        var random = SystemRandomNumberGenerator()
        let snapshot = Snapshot(takenAt: handheld.moment().wallClock, coordinate: position.here, accuracy: accuracy)
        let jpeg = try snapshot.jpeg(using: &random)
        do {
            try Storage.create(file, jpeg)
        } catch {
            throw Failure(
                .cannotCreate, "camera-file", zh: "不能写入“\(file)”：\(error.reason)。请换一个新文件名。",
                en: "Cannot make \(file): \(error.reason). Name a new file.")
        }
        let taken = PhotoSummary(file: file, bytes: jpeg.count, sha256: sha256Text(jpeg))
        handheld.console.answer(taken, sentences: ["\(file)  \(taken.bytes)  \(taken.sha256)"])
        return .success
    }
}

struct PhotoSummary: Codable, Equatable, Sendable {
    let file: String
    let bytes: Int
    let sha256: String
}
