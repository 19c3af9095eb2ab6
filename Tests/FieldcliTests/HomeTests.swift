import Testing

@testable import fieldcli

struct HomeTests {
    @Test func `the folder is named by option, environment or custom, in this order`() {
        func folder(_ option: String?, _ environment: [String: String]) -> String {
            Home.folder(option: option, environment: environment, currentFolder: "/at")
        }
        let all = ["FIELDCLI_HOME": "/env", "XDG_DATA_HOME": "/xdg", "HOME": "/home/w"]
        #expect(folder("/opt/", all) == "/opt")
        #expect(folder("here", all) == "/at/here")
        #expect(folder(nil, all) == "/env")
        #expect(folder("", ["XDG_DATA_HOME": "/xdg", "HOME": "/home/w"]) == "/xdg/fieldcli")
        #expect(folder(nil, ["XDG_DATA_HOME": "relative", "HOME": "/home/w"]) == "/home/w/.local/share/fieldcli")
    }

    @Test(arguments: ["https://patrol.example", "http://127.0.0.1:8080/", "https://h/base/"])
    func `a gateway address keeps no trailing slash`(text: String) throws {
        let address = try #require(GatewayAddress(text))
        #expect(!address.url.hasSuffix("/"))
    }

    @Test(arguments: [
        "", "patrol.example", "ftp://h", "http://", "http://u:p@h", "http://h/?q=1", "file:///etc/passwd",
    ])
    func `what is no gateway address is said to be none`(text: String) {
        #expect(GatewayAddress(text) == nil)
    }

    @Test func `passwords in the clear are warned of, except on this machine`() {
        #expect(GatewayAddress("http://patrol.example")?.isUnprotected == true)
        #expect(GatewayAddress("http://127.0.0.1:8080")?.isUnprotected == false)
        #expect(GatewayAddress("https://patrol.example")?.isUnprotected == false)
    }

    @Test func `a lock is free again after its holder`() throws {
        let temporary = try TemporaryHome()
        let lock = try HomeLock.take(.delivery, in: temporary.home)
        let isTaken = try HomeLock.takeIfFree(.delivery, in: temporary.home) == nil
        #expect(isTaken)
        _ = consume lock
        let isFree = try HomeLock.takeIfFree(.delivery, in: temporary.home) != nil
        #expect(isFree)
    }

    @Test func `a password is the first line of its file`() throws {
        let temporary = try TemporaryHome()
        let path = temporary.home.folder + "/password"
        try Storage.create(path, Array("s3cret 密\r\nsecond".utf8))
        #expect(try PasswordSource(file: path, environment: [:]).read(prompt: "") == "s3cret 密")
        #expect(try PasswordSource(file: nil, environment: ["FIELDCLI_PASSWORD": "e"]).read(prompt: "") == "e")
        #expect(throws: Failure.self) { try PasswordSource(file: "/no/such", environment: [:]).read(prompt: "") }
    }
}
