#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The claims of the measured site.
func claims(in folder: String) throws -> [UInt8] {
    guard let file = fopen(folder + "/claims.json", "r") else { throw Site.Unexpected("no claims.json") }
    defer { fclose(file) }
    var content = [UInt8](repeating: 0, count: 4096)
    content.removeLast(content.count - fread(&content, 1, content.count, file))
    return content
}
