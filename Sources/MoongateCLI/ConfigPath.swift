#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `--config` takes the file, or the folder that it lies in.
enum ConfigPath {
    static func of(_ text: String) -> String {
        guard let folder = opendir(text) else { return text }
        closedir(folder)
        return text.hasSuffix("/") ? "\(text)config.lua" : "\(text)/config.lua"
    }
}
