/// Why a photo was not taken. Every problem has a stable ``code`` for programs and a
/// ``message(chinese:)`` that tells a person what to do next.
public enum PhotoProblem: Error, Equatable, Sendable {
    /// The file has no bytes.
    case empty
    /// The file is longer than `limit` bytes.
    case tooManyBytes(limit: Int)
    /// The content is none of the kinds recognised here.
    case notJPEG
    /// The content is HEIC/HEIF.
    case heic
    /// The content is PNG.
    case png
    /// The content is WebP.
    case webp
    /// The picture has more than `limitMegapixels` million pixels.
    case tooManyPixels(width: Int, height: Int, limitMegapixels: Int)
    /// One side has more than `limit` pixels.
    case sideTooLong(width: Int, height: Int, limit: Int)
    /// The header leaves the height open (DNL form).
    case zeroHeight
    /// Neither grey nor three colour components: CMYK and the like.
    case unsupportedColour
    /// Other than 8 bits per sample.
    case unsupportedPrecision
    /// Arithmetic coding.
    case arithmetic
    /// Lossless JPEG.
    case lossless
    /// Hierarchical JPEG.
    case hierarchical
    /// More progressive passes than permitted.
    case tooManyScans
    /// More embedded metadata, or a longer colour profile, than permitted.
    case tooMuchMetadata
    /// The structure is broken. The text is technical English for the log, not for people.
    case malformed(String)
    /// More corrupt places than the decoder forgives.
    case tooManyWarnings
    /// Decoding used up its processor time.
    case deadline
    /// Decoding needs more memory than permitted.
    case tooMuchMemory
    /// The file could not be read. The text is technical English for the log.
    case ioFailure(String)

    /// A stable kebab-case name for programs; never changes once released.
    public var code: String {
        switch self {
        case .empty: "photo-empty"
        case .tooManyBytes: "photo-too-many-bytes"
        case .notJPEG: "photo-not-jpeg"
        case .heic: "photo-heic"
        case .png: "photo-png"
        case .webp: "photo-webp"
        case .tooManyPixels: "photo-too-many-pixels"
        case .sideTooLong: "photo-side-too-long"
        case .zeroHeight: "photo-zero-height"
        case .unsupportedColour: "photo-unsupported-colour"
        case .unsupportedPrecision: "photo-unsupported-precision"
        case .arithmetic: "photo-arithmetic-coding"
        case .lossless: "photo-lossless-coding"
        case .hierarchical: "photo-hierarchical-coding"
        case .tooManyScans: "photo-too-many-scans"
        case .tooMuchMetadata: "photo-too-much-metadata"
        case .malformed: "photo-malformed"
        case .tooManyWarnings: "photo-too-many-warnings"
        case .deadline: "photo-deadline"
        case .tooMuchMemory: "photo-too-much-memory"
        case .ioFailure: "photo-io-failure"
        }
    }

    /// A sentence or two that say what is wrong and what to do next.
    ///
    /// - Parameter chinese: `true` for simplified Chinese, `false` for English.
    public func message(chinese: Bool) -> String {
        let text = limitText ?? codingText ?? contentText
        return chinese ? text.chinese : text.english
    }

    private typealias Text = (chinese: String, english: String)

    /// Problems of size and effort.
    private var limitText: Text? {
        switch self {
        case .tooManyBytes(let limit):
            (
                "照片文件超过 \(limit / 1_000_000) MB。请在相机设置中降低分辨率后重拍。",
                "The photo is larger than \(limit / 1_000_000) MB. Lower the camera's resolution and take it again."
            )
        case .tooManyPixels(let width, let height, let limit):
            (
                "照片为 \(width)×\(height) 像素，超过 \(limit) 百万像素。请在相机设置中降低分辨率后重拍。",
                "The photo has \(width)×\(height) pixels, more than \(limit) megapixels. "
                    + "Lower the camera's resolution and take it again."
            )
        case .sideTooLong(let width, let height, let limit):
            (
                "照片为 \(width)×\(height) 像素，单边超过 \(limit)。请不要使用全景模式，改用普通模式重拍。",
                "The photo has \(width)×\(height) pixels; a side may have \(limit). "
                    + "Take it again without panorama mode."
            )
        case .tooMuchMetadata:
            (
                "照片内附加信息过多。请关闭人像、景深等特效模式后重拍。",
                "The photo carries too much embedded data. Turn off portrait or depth effects and take it again."
            )
        case .tooManyScans, .tooMuchMemory, .deadline:
            (
                "照片的编码过于复杂，无法处理。请用系统自带相机以普通 JPEG 重拍。",
                "The photo is encoded in too complicated a way. "
                    + "Take it again with the handheld's own camera as plain JPEG."
            )
        default: nil
        }
    }

    /// JPEG variants that no camera writes.
    private var codingText: Text? {
        switch self {
        case .unsupportedColour:
            (
                "照片不是普通彩色或灰度图片（可能是印刷用 CMYK）。请另存为 RGB 的 JPEG，或直接用相机重拍。",
                "The photo is neither plain colour nor grey (perhaps CMYK for print). "
                    + "Save it as an RGB JPEG, or take it again with the camera."
            )
        case .unsupportedPrecision, .arithmetic, .lossless, .hierarchical, .zeroHeight:
            (
                "照片使用了相机不会产生的特殊 JPEG 格式。请用系统自带相机以普通 JPEG 重拍。",
                "The photo uses a special form of JPEG that cameras do not write. "
                    + "Take it again with the handheld's own camera as plain JPEG."
            )
        default: nil
        }
    }

    /// The wrong kind of file, or a broken one.
    private var contentText: Text {
        switch self {
        case .empty:
            ("照片文件是空的。请重新拍照并再次发送。", "The photo file is empty. Take the photo again and resend it.")
        case .heic:
            (
                "照片是 HEIC 格式。请在相机设置中选择“兼容性最佳”（JPEG）后重拍，或先转换为 JPEG。",
                "The photo is HEIC. Set the camera to “Most Compatible” (JPEG) and take it again, or convert it to JPEG."
            )
        case .png:
            (
                "照片是 PNG 格式（可能是截屏）。请用相机拍摄 JPEG 照片。",
                "The photo is PNG, perhaps a screenshot. Take a JPEG photo with the camera."
            )
        case .webp:
            (
                "照片是 WebP 格式。请发送相机拍摄的 JPEG 原图。",
                "The photo is WebP. Send the JPEG that the camera took."
            )
        case .ioFailure:
            (
                "服务器暂时无法读取照片。请稍后重新发送；仍不成功请联系管理员。",
                "The server could not read the photo. Send it again later; if that fails, tell the administrator."
            )
        case .malformed, .tooManyWarnings:
            (
                "照片文件已损坏。请重新发送；仍不成功请重拍。",
                "The photo file is damaged. Send it again; if that fails, take it again."
            )
        default:
            (
                "文件不是 JPEG 照片。请用相机拍摄 JPEG 照片后发送。",
                "The file is not a JPEG photo. Take a JPEG photo with the camera and send that."
            )
        }
    }
}
