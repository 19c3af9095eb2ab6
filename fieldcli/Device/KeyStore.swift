import Crypto
import Foundation

/// Finds, opens, makes and destroys the device's key.
struct KeyStore: Sendable {
    let home: Home
    let passphrase: PasswordSource
    let language: Language

    private var path: String { "\(home.folder)/\(KeyFile.name)" }
    private var keyring: Keyring { Keyring(home: home, environment: passphrase.environment) }

    /// The key; nil on a device that has none.
    /// - Throws: `Failure` with what to do where it stays locked or is damaged.
    func load() throws -> DeviceKey? {
        guard let bytes = try Storage.readIfPresent(path) else { return nil }
        guard let file = KeyFile(bytes) else { throw Self.damaged }
        switch file.protection {
        case .none:
            guard let key = file.open([UInt8]()) else { throw Self.damaged }
            return key
        case .passphrase:
            let given = try passphrase.read(prompt: language(zh: "密钥口令：", en: "Passphrase of the key: "))
            guard let key = file.open(Array(given.utf8)) else {
                throw Failure(
                    .notPermitted, "wrong-passphrase",
                    zh: "口令不对，或密钥文件已损坏。请再试；口令遗失时向管理员要新的注册码，执行 fieldcli enroll --new-key。",
                    en: "Wrong passphrase, or the key's file is damaged. Try again; where it is forgotten, ask an "
                        + "administrator for a new code and run fieldcli enroll --new-key.")
            }
            return key
        case .keyring:
            guard var secret = keyring.lookUp() else {
                throw Failure(
                    .notPermitted, "keyring-locked", zh: "系统密钥环打不开，或其中没有本机的密钥。请先登录桌面并解锁密钥环，再试。",
                    en:
                        "The system's keyring is locked, or has nothing of this device. Log in to the desktop, unlock the "
                        + "keyring and try again.")
            }
            defer { wipe(&secret) }
            guard let key = file.open(secret) else { throw Self.damaged }
            return key
        }
    }

    /// Makes the key and puts it on the medium before anything is said of it: whatever breaks off an enrolment, the next
    /// try offers the same key.
    /// - Returns: how it is protected.
    func make() throws -> (DeviceKey, KeyProtection) {
        let key = DeviceKey()
        let file = try seal(key)
        // The one before is good for nothing any more, but whoever finds it may try.
        try shred()
        try Storage.replace(KeyFile.name, in: home.folder, with: file.bytes)
        return (key, file.protection)
    }

    /// Under a passphrase where one is named, in the keyring where there is one, else under one that is typed.
    private func seal(_ key: DeviceKey) throws -> KeyFile {
        if let given = try passphrase.readIfGiven() {
            return try KeyFile(sealing: key, under: .passphrase, Array(given.utf8))
        }
        var secret = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        defer { wipe(&secret) }
        if keyring.keep(secret) { return try KeyFile(sealing: key, under: .keyring, secret) }
        do {
            let typed = try passphrase.choose(
                prompt: language(
                    zh: "为本机密钥设一个口令（不设请直接回车）：", en: "Choose a passphrase for this device's key (empty: none): "),
                again: language(zh: "再输入一次：", en: "Once more: "))
            return try KeyFile(sealing: key, under: .passphrase, Array(typed.utf8))
        } catch let failure as Failure where failure.code == "no-passphrase" {
            return try KeyFile(sealing: key, under: .none, [UInt8]())
        }
    }

    /// For a device that was lost: nobody who finds it can use the key again.
    func destroy() throws(StorageFault) {
        try shred()
        try Storage.syncFolder(home.folder)
        keyring.forget()
    }

    /// The key's file, and what a kill left of one that was being written.
    private func shred() throws(StorageFault) {
        try Storage.shred(path)
        try Storage.shred(Storage.aside(of: KeyFile.name, in: home.folder))
    }

    private static let damaged = Failure(
        .inputOutput, "key-damaged", zh: "本机的密钥文件已损坏。请向管理员要新的注册码，执行 fieldcli enroll --new-key；待发箱里的记录不受影响。",
        en: "The file of this device's key is damaged. Ask an administrator for a new code and run "
            + "fieldcli enroll --new-key; records in the outbox are safe.")
}
