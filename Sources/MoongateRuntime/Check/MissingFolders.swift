import Moongate
import MoongateSQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Configuration {
    /// Folders of files that a start would make, and that are not there: nothing makes them. They may be there where the
    /// site will serve, so each is a warning.
    /// - Parameter directory: What paths are relative to: the folder of `config.lua`.
    func missingFolders(relativeTo directory: String) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        func look(_ path: String?, _ key: String) {
            guard let path, let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
            let folder = String(path[..<slash])
            guard let code = folder.withCString({ access($0, F_OK) == 0 ? nil : errno }),
                code == ENOENT || code == ENOTDIR
            else { return }
            problems.append(
                ConfigurationProblem(
                    code: "config.folder", path: key,
                    sentence: "the folder \(folder) is not there; make it where the site serves, or it will not start"))
        }
        look(database.flatMap { try? SQLiteStore.path(url: $0, relativeTo: directory) }, "database")
        if let log = decisions.log, log != "-" {
            look(log.hasPrefix("/") ? log : "\(directory)/\(log)", "decisions.log")
        }
        return problems
    }
}
