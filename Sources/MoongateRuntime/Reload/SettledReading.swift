import MoongateTokens

/// What may follow a generation, or why it may not, of files that did not move while they were read: a deployment in its
/// middle is neither taken nor reported, and files that never come to rest are refused.
///
/// Good files are taken at once. A mistake is reported once it has stood for a moment: half a script, whose writer was
/// kept waiting, looks like a mistake too.
struct SettledReading {
    var tries = 20
    var pause = Duration.milliseconds(50)
    /// For how long what is wrong has to stay as it is.
    var doubt = Duration.milliseconds(250)
    /// A look at the files. Those that hold secrets are not among them: other secrets have to be read twice.
    let digest: () -> [UInt8]
    /// Reads them; `nil` when they are those that serve.
    let load: () async throws -> LoadedGeneration?
    /// The secrets out of files that serve.
    var serving: [String: Secret] = [:]

    /// - Throws: What `load` does; ``ReloadRefusal`` with `reload.moving` after the last try.
    func result(of configPath: String) async throws -> LoadedGeneration? {
        var secrets: [String: Secret]?
        for attempt in 1...tries {
            if attempt > 1 { try? await Task.sleep(for: pause) }
            let before = digest()
            let result: Result<LoadedGeneration?, any Error>
            do { result = .success(try await load()) } catch { result = .failure(error) }
            // What was read in between may be other bytes than both looks saw.
            let isWhole = if case .success(let next?) = result { next.digest == before } else { true }
            guard isWhole, digest() == before else { continue }
            if case .success(let next?) = result, next.secretFiles != serving, next.secretFiles != secrets {
                secrets = next.secretFiles
                continue
            }
            if case .failure = result {
                try? await Task.sleep(for: doubt)
                guard digest() == before else { continue }
            }
            return try result.get()
        }
        throw ReloadRefusal(code: "reload.moving", names: [configPath])
    }
}
