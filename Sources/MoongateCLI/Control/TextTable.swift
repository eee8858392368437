/// Rows under a heading, in columns as wide as they need to be.
struct TextTable {
    let heading: [String]
    var rows: [[String]] = []
    /// Columns whose entries end at the same place.
    var numeric: Set<Int> = []

    /// Lines without a line feed at the end, each indented by two.
    var lines: [String] {
        let all = [heading] + rows
        let widths = heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = " "
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += " " + (numeric.contains(column) ? padding + cell : cell + padding) + " "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
