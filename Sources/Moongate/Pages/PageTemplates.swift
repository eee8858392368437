import Mustache

/// The templates, embedded in the binary and compiled once.
struct PageTemplates: Sendable {
    private let signIn: MustacheTemplate
    private let signOut: MustacheTemplate
    private let error: MustacheTemplate
    private let start: MustacheTemplate
    private let library: MustacheLibrary

    /// Compiles them.
    /// - Throws: swift-mustache's parser error, when a template of this program is not right.
    init() throws {
        func template(_ bytes: [UInt8]) throws -> MustacheTemplate {
            try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
        }
        signIn = try template(PackageResources.signin_mustache)
        signOut = try template(PackageResources.signout_mustache)
        error = try template(PackageResources.error_mustache)
        start = try template(PackageResources.start_mustache)
        library = MustacheLibrary(templates: ["layout": try template(PackageResources.layout_mustache)])
    }

    /// A page's template, filled in.
    func render(_ kind: PageKind, _ fields: PageFields) -> [UInt8] {
        let template =
            switch kind {
            case .signIn: signIn
            case .signOut: signOut
            case .error: error
            case .start: start
            }
        return Array(template.render(fields, library: library).utf8)
    }
}
