import MoongateTokens

/// What it means for people that other secrets serve: the first of a list seals cookies, all of it open them.
struct SecretsChange: Equatable {
    /// What was sealed until now does not open any more.
    let signsOut: Bool
    /// Something opens that did not open until now.
    let opensMore: Bool

    /// `nil` when the lists are the same.
    init?(from before: [Secret], to after: [Secret]) {
        guard before != after else { return nil }
        signsOut = before.first.map { !after.contains($0) } ?? false
        opensMore = after.contains { !before.contains($0) }
    }

    private static let isSignedOut =
        "what was sealed until now does not open any more: who has signed in since its secret came has to do so again"

    /// For a log and whoever asked; `nil` where nobody has to know.
    var afterReload: String? {
        signsOut ? "\(Self.isSignedOut) (keep the old secret in the list, behind the new one, to avoid that)" : nil
    }

    /// The same after a rollback, where what opens anew had been taken out.
    var afterRollback: String? {
        let sentences = [
            signsOut ? Self.isSignedOut : nil,
            opensMore ? "a secret that had been taken out opens cookies again" : nil,
        ].compactMap { $0 }
        return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
    }
}

extension SecretsChange {
    init?(from before: LoadedGeneration, to after: LoadedGeneration) {
        self.init(from: before.configuration.secrets, to: after.configuration.secrets)
    }
}
