import HTTPTypes

extension Outcome {
    /// Refusals that concern who asks, from which device, and how that is proved (RFC 9449 7.1, RFC 6750 3).
    init(access refusal: Refusal) {
        switch refusal {
        case .wrongCredentials:
            self.init(
                .unauthorized, "wrong-credentials", zh: ("账号或密码不对，或设备未登记", "请检查后重试；忘记密码或更换设备请联系管理员"),
                en: (
                    "Wrong account, password or device",
                    "Check them and try again; the administrator sets a new password and enrols devices"
                ))
            headers[.wwwAuthenticate] = "DPoP algs=\"ES256\""
        case .invalidToken:
            self.init(
                .unauthorized, "invalid-token", zh: ("登录已失效", "请重新登录；未发送的记录不会丢失"),
                en: ("The login is over", "Log in again; unsent records are kept"))
            headers[.wwwAuthenticate] = "DPoP error=\"invalid_token\", algs=\"ES256\""
        case .invalidProof:
            self.init(
                .unauthorized, "invalid-proof", zh: ("设备签名无效", "请更新客户端后重试；仍不行请联系管理员重新登记设备"),
                en: (
                    "The device's proof does not hold",
                    "Update the client and try again; else ask the administrator to enrol the device anew"
                ))
            headers[.wwwAuthenticate] = "DPoP error=\"invalid_dpop_proof\", algs=\"ES256\""
        case .nonceNeeded:
            self.init(
                .unauthorized, "use-nonce", zh: ("请用新的随机数重新签名", "客户端应以 DPoP-Nonce 中的随机数重发，无须人工处理"),
                en: (
                    "Prove it again with the nonce",
                    "The client repeats the request with the nonce in DPoP-Nonce; nobody needs to act"
                ))
            headers[.wwwAuthenticate] = "DPoP error=\"use_dpop_nonce\", algs=\"ES256\""
            isRetryable = true
        case .proofRequired:
            self.init(
                .unauthorized, "proof-required", zh: ("须在已登记的设备上登录", "请向管理员索取登记码，登记本设备后再登录"),
                en: (
                    "Log in on an enrolled device",
                    "Ask the administrator for a code, enrol this device, then log in"
                ))
            headers[.wwwAuthenticate] = "DPoP algs=\"ES256\""
        case .accountDisabled:
            self.init(
                .forbidden, "account-disabled", zh: ("账号已停用", "停用前的记录仍会收下，之后的不再收；请联系管理员"),
                en: (
                    "The account is disabled",
                    "Records from before are taken, later ones are not; ask the administrator"
                ))
        default: self.init(device: refusal)
        }
    }

    private init(device refusal: Refusal) {
        switch refusal {
        case .deviceLocked:
            self.init(
                .forbidden, "device-locked", zh: ("设备已锁定", "记录保留在设备上；请联系管理员解锁后再发送"),
                en: ("The device is locked", "Its records stay on it; send them when the administrator has unlocked it")
            )
        case .deviceLost:
            self.init(
                .forbidden, "device-lost", zh: ("设备已登记为遗失", "本设备的密钥作废；找到后请管理员重新发登记码"),
                en: (
                    "The device is marked as lost",
                    "Its key is void; when it is found, the administrator gives a new code"
                ))
        case .deviceOfAnother:
            self.init(
                .forbidden, "device-of-another", zh: ("这是别人的设备", "一机一账号：请在自己登记的设备上登录"),
                en: ("Somebody else's device", "One device, one account: log in on the device enrolled for you"))
        case .enrolmentRefused:
            self.init(
                .forbidden, "enrolment-refused", zh: ("登记码无效", "登记码只能用一次且限时；请向管理员索取新的"),
                en: (
                    "The code opens nothing",
                    "A code works once and for a short time; ask the administrator for a new one"
                ))
        case .clientTooOld(let least):
            self.init(
                .forbidden, "client-too-old", zh: ("客户端版本过旧", "请更新到 \(least) 或更高版本；未发送的记录不会丢失"),
                en: ("The client is too old", "Update it to \(least) or later; unsent records are kept"))
        default: self.init(transport: refusal)
        }
    }
}
