import Moongate

extension LuaHookRunner {
    /// What an owner listens to an event with: each owner has at most one function for it.
    public func reference(event name: String, of owner: String) -> HookReference? {
        eventChain(name).first { owners[$0.owner].owner.id == owner }
    }
}
