import Wire

/// A delivery in sentences: what became of each record, and what to do next.
struct DeliveryWords: Sendable {
    let language: Language

    func sentences(_ report: DeliveryReport, unreadable: [String] = [], notMine: Int = 0) -> [String] {
        var lines = report.items.map(line)
        if report.items.isEmpty, notMine == 0 { lines.append(language(zh: "待发箱是空的。", en: "The outbox is empty.")) }
        lines += unreadable.map {
            language(
                zh: "\($0)  本机文件已损坏，无法发送；请用 fieldcli outbox drop \($0) --yes 删去后重新填报",
                en: "\($0)  damaged on this device; drop it by fieldcli outbox drop \($0) --yes and report anew")
        }
        if notMine > 0 {
            lines.append(
                language(
                    zh: "另有 \(notMine) 条属于其他登录人或刚刚填报，未发送。",
                    en: "\(notMine) more are other people's or new, and were not sent."))
        }
        if report.isWithoutLogin, report.ending != .barred {
            lines.append(
                language(
                    zh: "登录已失效：以上由本机密钥签名送交，无需登录。取底册等请重新登录：fieldcli login 用户名",
                    en:
                        "Nobody is logged in: this was handed over by the device's own signature. For rosters and the like "
                        + "log in again: fieldcli login NAME"))
        }
        if let closing = closing(report) { lines.append(closing) }
        return lines
    }

    private func line(_ item: DeliveryReport.Item) -> String {
        switch item.phase {
        case "done":
            let standing = item.standing.map { Wording.standing($0, language) } ?? language(zh: "已收到", en: "received")
            let grade = item.grade.map { language(zh: "，佐证：", en: ", evidence: ") + Wording.grade($0, language) } ?? ""
            return language(zh: "\(item.id)  已送达：\(standing)\(grade)", en: "\(item.id)  delivered: \(standing)\(grade)")
        case "refused":
            return language(zh: "\(item.id)  未被接受：\(reason(item))", en: "\(item.id)  refused: \(reason(item))")
        case "unusable":
            let codes = item.unusable.joined(separator: ", ")
            return language(
                zh: "\(item.id)  记录已送达，照片不可用（\(codes)），请重拍补报",
                en: "\(item.id)  acknowledged, but a photo is of no use (\(codes)); take it again")
        case "sent":
            return language(zh: "\(item.id)  记录已送达，照片待发", en: "\(item.id)  acknowledged, photos still to go")
        default:
            return language(zh: "\(item.id)  待发送", en: "\(item.id)  waiting")
                + (item.problem == nil ? "" : language(zh: "：", en: ": ") + reason(item))
        }
    }

    private func reason(_ item: DeliveryReport.Item) -> String {
        guard let problem = item.problem else { return "" }
        let defects = (problem.defects ?? []).map { "\($0.pointer) \($0.message)" }
        let parts = [problem.title, problem.detail].compactMap { $0 } + defects
        return parts.joined(separator: language(zh: "；", en: "; ")) + " [\(problem.code)]"
    }

    private func closing(_ report: DeliveryReport) -> String? {
        switch report.ending {
        case .loggedOut:
            language(
                zh: "登录已失效，请重新登录：fieldcli login 用户名；记录都在。",
                en: "The session has ended. Log in again: fieldcli login NAME; nothing is lost.")
        case .offline:
            language(
                zh: "连不上网关；记录都在待发箱里，有网络时再执行 fieldcli sync。",
                en: "The gateway did not answer; everything is safe in the outbox. Run fieldcli sync later.")
        case .outOfTime:
            language(
                zh: "网关要求稍后再发；请过一会儿再执行 fieldcli sync。",
                en: "The gateway asks to come back later; run fieldcli sync in a while.")
        case .barred:
            report.items.compactMap(\.problem).first(where: \.barsDevice).flatMap { Failure.advice($0.code) }.map {
                language($0)
            }
        case .settled: nil
        }
    }
}
