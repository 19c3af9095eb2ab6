extension Setting {
    /// What stands behind the flag in help.
    private var hint: String {
        switch kind {
        case .integer: "N"
        case .text(_, let hint, _): hint
        case .choice(_, let choices): choices.joined(separator: "|")
        case .flag: "true|false"
        }
    }

    /// The values that are taken.
    var permitted: String {
        switch kind {
        case .integer(_, let range): "\(range.lowerBound)–\(range.upperBound)"
        default: hint
        }
    }

    var defaultText: String {
        if let derivedDefault { return derivedDefault }
        let settings = Settings()
        switch kind {
        case .integer(let path, _): return String(settings[keyPath: path])
        case .text(let path, _, _), .choice(let path, _):
            return settings[keyPath: path].isEmpty ? "–" : settings[keyPath: path]
        case .flag(let path): return String(settings[keyPath: path])
        }
    }

    fileprivate var helpLines: String {
        """
          \(flag) \(hint)
              \(zh)
              \(en)
              \(permitted); default \(defaultText)
        """
    }
}

/// Every setting with its default, for `--help`.
func settingsHelp() -> String {
    """
    设置 · Settings. The flag wins over the variable PATROL_NAME, which wins over
    `name = value` in the --config file. In NAME, hyphens become underscores.
    \(Setting.all.map(\.helpLines).joined(separator: "\n"))
    """
}

/// Every setting as a Markdown table; the README contains it word for word.
func settingsMarkdown() -> String {
    let rows = Setting.all.map { setting in
        let permitted = setting.permitted.replacing("|", with: " \\| ")
        return "| `\(setting.flag)` | `\(setting.variable)` | \(permitted) | `\(setting.defaultText)` | \(setting.use) "
            + "| \(setting.zh) · \(setting.en) |"
    }
    return """
        | Flag | Variable | Values | Default | Used by | Meaning |
        |---|---|---|---|---|---|
        \(rows.joined(separator: "\n"))
        """
}
