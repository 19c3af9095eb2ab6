import ArgumentParser

/// A command without arguments of its own. ArgumentParser stops at the first flag that it does not know; these
/// commands gather all of them, so that they are named together with the faults of the settings.
protocol TakesNoWords {
    var words: UnknownWords { get }
}

struct UnknownWords: ParsableArguments {
    @Argument(parsing: .allUnrecognized, help: .hidden)
    var all: [String] = []

    /// A word behind an unknown flag is taken for its value.
    var faults: [SettingFault] {
        let strangers = all.enumerated().filter { index, word in
            word.hasPrefix("-") || index == 0 || !all[index - 1].hasPrefix("-")
        }
        return strangers.map { _, word in
            guard word.hasPrefix("-") else { return .stray(word) }
            let name = String(word.prefix { $0 != "=" })
            return .unknown(name, suggestion: nearest(name, in: Setting.all.map(\.flag)))
        }
    }
}
