import Patrol
import Testing

@Suite("What of a person is shown to whom")
struct PrivacyRuleTests {
    @Test(
        "item 23 · each permission shows its own fields of a key person and no others", arguments: Permission.allCases)
    func fields(permission: Permission) {
        let expected: Set<KeyPersonField> =
            switch permission {
            case .readKeyPersons: [.name, .address, .contactRule, .safetyHint]
            case .readKeyPersonVault: [.category, .identityNumber, .caseText]
            case .readKeyPersonEvidence: [.position, .photos]
            default: []
            }
        #expect(KeyPersonField.shown(by: permission) == expected)
    }

    @Test("item 23 · no role sees both where somebody was visited and why they are on a list", arguments: Role.allCases)
    func roles(role: Role) {
        let grid = PathKey(root: AreaID(number: 1)!)
        let day = Day(daysSinceEpoch: 20_000)
        let held = [RoleAssignment(role: role, area: grid, from: day, to: nil)]
        let shown = KeyPersonField.shown(to: held, in: grid, on: day)
        #expect(shown.isDisjoint(with: [.category, .identityNumber, .caseText]) || role == .listOwner)
        #expect(shown.isDisjoint(with: [.position, .photos]) || [.executiveDeputy, .stationChief].contains(role))
        #expect(KeyPersonField.shown(to: held, in: grid, on: day.adding(days: -1)).isEmpty)
    }

    @Test("item 40 · an identity number shows its area and its last four, a short one nothing")
    func masked() {
        #expect(maskedIdentityNumber("330503199001011234") == "330***********1234")
        #expect(maskedIdentityNumber("12345678901") == "***********")
        #expect(maskedIdentityNumber("") == "")
    }

    @Test("an identity number is known by its check digit")
    func checkDigit() {
        #expect(isIdentityNumber("11010519491231002X") && isIdentityNumber("11010519491231002x"))
        for wrong in ["110105194912310021", "1101051949123100", "K5-1", "X1010519491231002X", "person-0001-000001"] {
            #expect(!isIdentityNumber(wrong), "\(wrong)")
        }
    }

    @Test("a category is read for casework, never for a visit; an address for a visit, never for casework")
    func purposes() {
        #expect(!ReadingPurpose.visit.fits(.readKeyPersonVault) && !ReadingPurpose.ruling.fits(.readKeyPersonVault))
        #expect(ReadingPurpose.casework.fits(.readKeyPersonVault) && !ReadingPurpose.casework.fits(.readKeyPersons))
        #expect(ReadingPurpose.visit.fits(.readKeyPersons))
    }

    private static let list = KeyPersonList(
        id: "l", owner: "区司法局", area: AreaID(number: 1)!, legalBasis: "社区矫正法", purpose: "走访",
        from: Day("2026-01-01")!, to: Day("2027-01-01"))

    @Test("no basis, no list; and none without owner, purpose and an end")
    func lacks() {
        func lacks(
            owner: String = "区司法局", basis: String = "社区矫正法", purpose: String = "走访", to: String? = "2027-01-01"
        ) -> [KeyPersonList.Lack] {
            KeyPersonList(
                id: "l", owner: owner, area: Self.list.area, legalBasis: basis, purpose: purpose, from: Self.list.from,
                to: to.flatMap { Day($0) }
            ).lacks
        }
        #expect(lacks() == [])
        #expect(lacks(owner: " ", basis: "", purpose: "\t", to: nil) == [.owner, .legalBasis, .purpose, .term])
        #expect(lacks(to: "2026-01-01") == [.order])
    }

    @Test("a list holds from its first day to the day before its end")
    func term() {
        let states = ["2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"].map { Self.list.state(on: Day($0)!) }
        #expect(states == [.coming, .inForce, .inForce, .ended])
    }
}

@Suite("Small numbers")
struct SmallNumberTests {
    @Test("one count below five withholds all of them, and the total too where it is one person's or a few")
    func withheld() {
        let shown = SuppressedCounts(["缓刑": 41, "管制": 6, "假释": 3])
        #expect(shown.counts == [] && shown.total == 50, "the names of categories are withheld, too")
        #expect(SuppressedCounts(["a": 9, "b": 5]).counts.map(\.count) == [9, 5])
        let only = SuppressedCounts(["a": 3])
        #expect(only.counts == [] && only.total == nil)
        #expect(SuppressedCounts(["a": 1, "b": 2]).total == nil)
        #expect(SuppressedCounts([:]).total == 0)
    }

    /// Everybody knows the rule: what is shown must be shown by tables in which the withheld number is another.
    @Test("item 40 · no withheld number follows from what is shown, not even for who knows the rule")
    func underivable() {
        let values = 0...11
        var tables: [String: [[Int]]] = [:]
        for a in values {
            for b in values {
                for c in values {
                    let shown = SuppressedCounts(["a": a, "b": b, "c": c])
                    let view = "\(shown.counts.map(\.count)) \(shown.total ?? -1)"
                    tables[view, default: []].append([a, b, c])
                }
            }
        }
        var withheld = 0
        for (view, possible) in tables {
            let shown = SuppressedCounts(["a": possible[0][0], "b": possible[0][1], "c": possible[0][2]])
            #expect(shown.counts.allSatisfy { $0.count >= 5 })
            guard shown.counts.isEmpty else { continue }
            for index in 0..<3 {
                withheld += 1
                #expect(Set(possible.map { $0[index] }).count > 1, "\(view) tells number \(index)")
            }
        }
        #expect(withheld > 30)
    }
}

@Suite("Words that look classified")
struct ClassifiedTextTests {
    @Test(
        "the forms of secret papers are known",
        arguments: [
            ("机密★10年\n关于……的通知", ClassifiedMark.stateSecret), ("秘密 ★ 长期", .stateSecret), ("绝密☆", .stateSecret),
            ("秘 密★", .stateSecret), ("机密*5年", .stateSecret), ("密级：秘密", .levelField), ("密 级: 机密", .levelField),
            ("保密期限：6个月", .levelField), ("【机密】人员名单", .levelHeading), ("会议纪要\n秘密\n3月5日", .levelHeading),
            ("机 密", .levelHeading), ("公密发〔2026〕5号", .documentNumber), ("厅密电[2026]第12号", .documentNumber),
            ("内部资料 注意保存", .internalHeading), ("内部文件，不得外传\n一、……", .internalHeading),
            ("【内部参考】", .internalHeading),
        ])
    func marked(text: String, mark: ClassifiedMark) { #expect(classifiedMarks(in: text).contains(mark), "\(text)") }

    @Test(
        "a word in a sentence is no mark",
        arguments: [
            "店主说这是商业秘密，不便透露", "保守国家秘密宣传栏破损", "居民反映邻居泄露个人秘密", "密码箱放在门口，机密性较差",
            "该店张贴保密承诺书", "内部资料室门锁损坏", "单位内部文件柜堵塞通道", "五星★级饭店", "秘密花园咖啡店", "绝密配方火锅店正常营业",
            "网格内共走访 12 户，无异常", "密室逃脱店安全出口堵塞", "好评★★★★★，秘密基地桌游", "检查三密场所 2 家",
        ])
    func plain(text: String) { #expect(classifiedMarks(in: text) == [], "\(text)") }
}
