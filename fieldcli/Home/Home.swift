import Foundation
import Wire

/// The folder in which the handheld keeps everything: session, device, rosters and outbox.
struct Home: Equatable, Sendable {
    let folder: String

    /// Made on first use, for its owner alone. An existing folder keeps its mode; every file in it is private anyway.
    init(folder: String) throws(StorageFault) {
        self.folder = folder
        try Storage.makeFolder(folder)
    }

    /// `--home`, `$FIELDCLI_HOME`, `$XDG_DATA_HOME/fieldcli` or `~/.local/share/fieldcli`, in this order.
    static func folder(option: String?, environment: [String: String], currentFolder: String) -> String {
        let chosen: String
        if let option = [option, environment["FIELDCLI_HOME"]].lazy.compactMap({ $0 }).first(where: { !$0.isEmpty }) {
            chosen = option
        } else if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
            chosen = data + "/fieldcli"
        } else {
            chosen = (environment["HOME"] ?? currentFolder) + "/.local/share/fieldcli"
        }
        let absolute = chosen.hasPrefix("/") ? chosen : currentFolder + "/" + chosen
        return absolute.count > 1 && absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    }

    var outboxFolder: String { folder + "/outbox" }
    var rosterFolder: String { folder + "/roster" }

    /// A small JSON file of ours. One that cannot be read any more counts as absent only where nothing is lost by it.
    func load<Value: Decodable>(_ type: Value.Type, _ name: String) throws(StorageFault) -> Value? {
        guard let bytes = try Storage.readIfPresent("\(folder)/\(name)") else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }

    func save(_ value: some Encodable, _ name: String) throws(StorageFault) {
        try Storage.replace(name, in: folder, with: frozenJSON(value))
    }

    func remove(_ name: String) throws(StorageFault) {
        try Storage.removeIfPresent("\(folder)/\(name)")
        try Storage.syncFolder(folder)
    }
}
