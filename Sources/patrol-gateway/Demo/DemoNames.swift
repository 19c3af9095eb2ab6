/// Names of nobody in particular and of no real place.
enum DemoNames {
    private static let surnames = Array("沈钱姚朱陆吴费潘章张王李陈徐杨周施顾")
    private static let given = Array("建国秀英志强丽华明芳海燕军平文斌晓红伟玲勇敏杰婷")

    static let villages = [
        "新安村", "永丰村", "和睦村", "东桥村", "长春村", "兴隆村", "石桥村", "太平村", "南港村", "北湾村", "荷花村", "桑园村", "双福村", "联合村",
        "星光村", "万安村", "清水村", "庆同村", "塘北村", "新桥村", "中塘社区", "浔溪社区", "临河社区", "文昌社区",
    ]

    /// Category, and what the signboard says behind the owner's name.
    static let trades: [(category: String, sign: String)] = [
        ("小餐饮", "面馆"), ("小餐饮", "小吃店"), ("小餐饮", "早餐店"), ("便利店", "便利店"), ("便利店", "烟酒店"), ("美容美发", "理发店"),
        ("药店", "药房"), ("汽车修理", "汽修店"), ("小作坊", "木业加工厂"), ("小作坊", "纺织作坊"), ("出租房", "出租房"), ("旅馆", "民宿"),
        ("废品回收", "废品回收站"), ("网吧", "网咖"), ("仓储", "仓库"), ("农家乐", "农家乐"),
    ]

    static let contactRules = ["每月当面走访一次，事先电话联系。", "每月当面走访一次，两人同行。", "每月当面走访一次，与村干部同行。"]
    static let safetyHints = ["家中有犬，请先叫门。", "楼道无灯，请带手电。", "院门常锁，请走后门。"]

    static func person(using generator: inout SeededGenerator) -> String {
        let length = Int.random(in: 1...2, using: &generator)
        return surname(using: &generator) + String((0..<length).map { _ in generator.pick(given) })
    }

    static func surname(using generator: inout SeededGenerator) -> String { String(generator.pick(surnames)) }
}
