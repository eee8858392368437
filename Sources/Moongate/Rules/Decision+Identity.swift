import HTTPTypes

extension Decision {
    /// Takes every field of `inject` out of a request's header, however a client spelt it (`X-User-Id`, `x_user_id`), and
    /// puts in those that the decision has a value for. For whoever hands the request on to what stands behind.
    public func setIdentity(in headers: inout HTTPFields) {
        guard !identityHeaders.isEmpty else { return }
        let keys = Set(identityHeaders.map { InjectedHeader.key($0.name) })
        if headers.contains(where: { keys.contains(InjectedHeader.key($0.name.canonicalName)) }) {
            headers = HTTPFields(headers.filter { !keys.contains(InjectedHeader.key($0.name.canonicalName)) })
        }
        for header in identityHeaders {
            guard let value = header.value, let name = HTTPField.Name(header.name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
    }
}
