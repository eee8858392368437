/// Where a function's argument goes as a whole. As long as a register that has it is looked at, what happens to it is known;
/// from where that ends, or where others have it, fields may come to it that nobody sees here.
extension CodeWalk {
    /// What is handed on to where nothing is seen.
    func shared(_ known: Known?) -> Known? {
        if case .argument(let use)? = known { use.isShared = true }
        return known
    }

    /// What several registers hold. What the function itself was called with may go back to its caller.
    func shareAll(_ range: Range<Int>) {
        for (register, known) in registers where range.contains(register) && !isOwn(register, known) {
            _ = shared(known)
        }
    }

    /// Before a place where registers are forgotten: all other names of arguments go on unseen.
    func shareAliases() { shareAll(0..<Int.max) }

    /// Hands registers over to what is called. A global is remembered by its name, since most of them change nothing.
    func hand(_ range: Range<Int>, to called: Known?) {
        for (register, known) in registers where range.contains(register) {
            guard case .argument(let use) = known else { continue }
            if case .global(let name)? = called { use.takers.insert(name) } else { use.isShared = true }
        }
    }

    /// Whether this is the parameter itself, which no join forgets.
    private func isOwn(_ register: Int, _ known: Known) -> Bool {
        if case .argument(let use) = known { register == 0 && use === argument } else { false }
    }
}
