/// Budgets as a table says them: `limits.script` in config.lua, `limits` in a plugin's manifest.
extension ScriptLimits {
    /// What the table says, and `others` where it says nothing.
    package init(_ table: ConfigurationTable, over others: ScriptLimits) {
        self = others
        table.allow(["steps", "cpuMs", "wallMs", "memoryMB", "resultKB"])
        steps = table.integer("steps", in: 1000...1_000_000_000) ?? steps
        cpuMs = table.integer("cpuMs", in: 1...10_000) ?? cpuMs
        wallMs = table.integer("wallMs", in: 1...60_000) ?? wallMs
        memoryMB = table.integer("memoryMB", in: 1...1024) ?? memoryMB
        resultKB = table.integer("resultKB", in: 1...1024) ?? resultKB
    }

    /// More than any table may say: stands for budgets that a manifest leaves alone.
    package static var unlimited: ScriptLimits {
        var limits = ScriptLimits()
        limits.steps = .max
        limits.cpuMs = .max
        limits.wallMs = .max
        limits.memoryMB = .max
        limits.resultKB = .max
        return limits
    }

    /// The lower of the two, budget by budget: a plugin may ask for less than the operator allows, never for more.
    package func lowered(to others: ScriptLimits) -> ScriptLimits {
        var limits = self
        limits.steps = min(steps, others.steps)
        limits.cpuMs = min(cpuMs, others.cpuMs)
        limits.wallMs = min(wallMs, others.wallMs)
        limits.memoryMB = min(memoryMB, others.memoryMB)
        limits.resultKB = min(resultKB, others.resultKB)
        return limits
    }
}
