import Gateway

extension Settings {
    /// What speaks against serving with these settings, each of them good by itself.
    var servingFaults: [SettingFault] {
        var faults: [SettingFault] = []
        let hasTLS = !gateway.tlsCertificate.isEmpty
        let hasProxies = !gateway.trustedProxies.isEmpty
        let host = IPAddress(gateway.host)
        if hasTLS != !gateway.tlsKey.isEmpty { faults.append(.halfOfAPair) }
        if !hasTLS, !hasProxies, !plainHTTP, !(host?.isLoopback ?? (gateway.host == "localhost")) {
            faults.append(.exposed(gateway.host))
        }
        if gateway.publicURL.isEmpty, hasProxies || host?.isWildcard == true { faults.append(.nameless) }
        return faults
    }
}

extension SettingFault {
    fileprivate static let halfOfAPair = SettingFault(
        message: Message(
            zh: "--tls-certificate 与 --tls-key 须同时给出。", en: "--tls-certificate and --tls-key go together; give both."))

    fileprivate static func exposed(_ host: String) -> SettingFault {
        SettingFault(
            message: Message(
                zh:
                    "--host \(host)：不经 TLS 监听本机以外的地址，口令与名单会被窃听。请给出 --tls-certificate 与 --tls-key，或在 --trusted-proxies 中写明做 TLS 的代理；仅测试可用 --plain-http true。",
                en:
                    "--host \(host): without TLS, passwords and rosters could be read on the way. Give --tls-certificate and --tls-key, or name the proxy that does TLS in --trusted-proxies; for tests alone there is --plain-http true."
            ))
    }

    fileprivate static let nameless = SettingFault(
        message: Message(
            zh: "--public-url：监听全部地址或位于代理之后时，请写明客户端访问所用的地址，如 https://patrol.example。",
            en:
                "--public-url: on all addresses or behind a proxy, say by which address clients name this gateway, such as https://patrol.example."
        ))
}
