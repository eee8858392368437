import LuaHost
import Moongate

@testable import MoongateLua

/// What `check` says of a site with one script.
enum CheckedScript {
    /// The problems of `scripts/jwt.lua`.
    static func problems(
        _ script: String, as name: String = "jwt", needs: ScriptNeeds = ScriptNeeds(), libraries: [String: String] = [:]
    ) throws -> [CheckProblem] {
        let folder = try TemporaryFolder()
        try folder.write("\(name).lua", script)
        for (name, text) in libraries { try folder.write("lib/\(name).lua", text) }
        let scripts = OwnedScripts(site: try ScriptSet.load(folder.path), needs: needs)
        let place = OwnerCheck.Needs(file: "config.lua", path: "scripts.needs", text: [], declared: needs)
        return OwnerCheck(scripts, needs: place).problems()
    }

    /// Those of a line in a hook that is right otherwise: `2:3: error: … (script.undeclared)`.
    static func line(_ line: String, needs: ScriptNeeds = ScriptNeeds()) throws -> [String] {
        try problems("return function(p)\n\(line)\nreturn p.token\nend", needs: needs).map {
            String($0.description.dropFirst("scripts/jwt.lua:".count))
        }
    }

    /// Where problems of a line in a hook stand.
    static func columns(_ line: String) throws -> [Int?] {
        try problems("return function(p)\n\(line)\nreturn p.token\nend").map(\.column)
    }
}
