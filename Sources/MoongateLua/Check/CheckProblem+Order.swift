extension [CheckProblem] {
    /// The problems in the order of their files and lines, with paths that can be opened from where one stands.
    ///
    /// - Parameter configPath: The configuration as somebody named it; problems have it as it is, and all other files from
    ///   its folder on.
    package func opened(beside configPath: String) -> [CheckProblem] {
        let folder = configPath.lastIndex(of: "/").map { configPath[...$0] } ?? ""
        let placed = map { problem in
            let isPlaced = problem.file == configPath || problem.file.hasPrefix("/") || problem.file == "?"
            return isPlaced || folder.isEmpty ? problem : problem.moved(to: folder + problem.file)
        }
        // What is said of a whole file comes first, and what comes at one place stays in its order.
        return placed.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            return (a.file, a.line ?? 0, a.column ?? 0, left.offset) < (
                b.file, b.line ?? 0, b.column ?? 0, right.offset
            )
        }.map(\.element)
    }
}

extension CheckProblem {
    fileprivate func moved(to file: some StringProtocol) -> CheckProblem {
        CheckProblem(severity, code: code, message: message, file: String(file), line: line, column: column)
    }
}
