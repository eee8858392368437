import CTokens

/// The OpenSSL that this process runs.
public enum OpenSSLRelease {
    /// `OpenSSL 3.0.15 3 Sep 2024`
    public static var linked: String { String(cString: ct_openssl_version()) }
}
