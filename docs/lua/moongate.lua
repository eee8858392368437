---@meta moongate
-- What a script finds in its environment beside Lua's own string, table, math and utf8. For editors; never run.

-- Values ------------------------------------------------------------------------------------------------------------

---@class moongate.User
---@field id string?
---@field name string?
---@field email string?
---@field image string?
---@field claims table<string, any>? of a stored user: what scripts keep about them, see users.update
---@field [string] any at a sign-in with credentials: what else `authorize` returned

---What the token endpoint gave stands here in OAuth's own names.
---@class moongate.Account
---@field provider string the provider's id
---@field type "oidc"|"credentials"
---@field providerAccountId string the user's id at the provider
---@field access_token string?
---@field refresh_token string?
---@field id_token string?
---@field expires_at integer? seconds since 1970
---@field scope string?
---@field token_type string?
---@field [string] any

---The claims of a session. Reserved ones (iss sub aud exp nbf iat jti sid ver auth_time) keep their value whatever a
---script does.
---@class moongate.Token
---@field sub string?
---@field name string?
---@field email string?
---@field picture string?
---@field [string] any

---What the client gets from `/auth/session`. Without a `session` hook: name, email, image and expires.
---@class moongate.Session
---@field user { name: string?, email: string?, image: string?, [string]: any }
---@field expires string
---@field [string] any

---Made by `deny` alone: a table that looks like one is an error.
---@class moongate.Denial

-- Hooks -------------------------------------------------------------------------------------------------------------

---@class moongate.SignInParams
---@field user moongate.User the stored user where the account is known, else as the provider describes them
---@field account moongate.Account
---@field profile table? the provider's claims; absent for credentials
---@field credentials table? what the form held, passwords too; absent for other providers

---`true` lets in, `false` and `deny{}` refuse, a string is a URL to go to.
---@alias moongate.SignInHook fun(p: moongate.SignInParams): boolean|string|moongate.Denial

---@class moongate.RedirectParams
---@field url string
---@field baseUrl string

---A URL, or nil for the default (this site only).
---@alias moongate.RedirectHook fun(p: moongate.RedirectParams): string?

---@class moongate.JwtParams
---@field token moongate.Token
---@field user moongate.User? at sign-in only
---@field account moongate.Account? at sign-in only
---@field profile table? what the provider told, at sign-in only
---@field trigger "signIn"|"signUp"|"update"|nil
---@field isNewUser boolean?
---@field session any what the client sent, with trigger "update" only

---The token; nil ends the session.
---@alias moongate.JwtHook fun(p: moongate.JwtParams): moongate.Token?

---@class moongate.SessionParams
---@field session moongate.Session
---@field token moongate.Token? with strategy "jwt"
---@field user moongate.User? with strategy "database"
---@field newSession any what the client sent, with trigger "update" only
---@field trigger "update"|nil

---@alias moongate.SessionHook fun(p: moongate.SessionParams): moongate.Session

---@class moongate.AuthorizeParams
---@field credentials table<string, any> strings from a form; a JSON body may bring other types
---@field provider string the id
---@field request { ip: string? } where the client is, if that is known

---@class moongate.KnownUser
---@field id string|integer not empty, at most 255 bytes
---@field name string?
---@field email string?
---@field image string?
---@field [string] any for `p.user` of `signIn` and `jwt`, at this sign-in

---A user, or nil when name and password fit nobody.
---@alias moongate.AuthorizeHook fun(p: moongate.AuthorizeParams): moongate.KnownUser|moongate.Denial|nil

-- Events ------------------------------------------------------------------------------------------------------------

---@class moongate.Event
---@field request { id: string, ip: string?, userAgent: string? } the request that made it happen
---@field time integer when it happened, seconds since 1970

---@class moongate.SignInEvent: moongate.Event
---@field user moongate.User
---@field account moongate.Account with the provider's tokens where `needs.providerTokens` is true
---@field profile table? the provider's claims; absent for credentials
---@field isNewUser boolean? absent without a store

---@class moongate.SignOutEvent: moongate.Event
---@field token moongate.Token? with strategy "jwt"
---@field session { userId: string, expires: string }? with strategy "database"

---@class moongate.UserEvent: moongate.Event
---@field user moongate.User

---@class moongate.LinkAccountEvent: moongate.Event
---@field user moongate.User
---@field account moongate.Account as it is stored; its tokens where `needs.providerTokens` is true
---@field profile moongate.User the user as the provider describes them

---@class moongate.SessionEvent: moongate.Event
---@field session moongate.Session what the client got
---@field token moongate.Token? with strategy "jwt"

---What `events.lua` returns: functions that are told what has happened. They return nothing.
---@class moongate.Events
---@field signIn fun(e: moongate.SignInEvent)?
---@field signOut fun(e: moongate.SignOutEvent)?
---@field createUser fun(e: moongate.UserEvent)?
---@field updateUser fun(e: moongate.UserEvent)?
---@field linkAccount fun(e: moongate.LinkAccountEvent)?
---@field session fun(e: moongate.SessionEvent)? at each read: only if you need it

-- Access rules ------------------------------------------------------------------------------------------------------

---Made by `allow`, `deny`, `login`, `redirect` and `stepUp` alone: a table that looks like one is an error.
---@class moongate.Verdict

---What `when` and `decide` are given. A field that is not listed here is an error.
---@class moongate.RuleContext
---@field method string
---@field host string lower case, without a port
---@field path string as received, without the query
---@field params table<string, string> of the rule's path, decoded
---@field query table<string, string|string[]> decoded; a name that stands more than once is a list
---@field ip string? the client's address, if that is known
---@field rule string the rule's id
---@field signedIn boolean
---@field user moongate.RuleUser empty when nobody is signed in
---@field authTime integer? when the user last signed in, seconds since 1970; absent with strategy "database"

---Beside these, what the file names in `claims`; reading anything else is an error.
---@class moongate.RuleUser
---@field id string?
---@field name string?
---@field email string?
---@field roles string[]?
---@field [string] any

---Says true or false, and nothing else.
---@alias moongate.RuleCondition fun(c: moongate.RuleContext): boolean

---nil: no objection. It can only narrow what the route's own conditions allow.
---@alias moongate.RuleDecision fun(c: moongate.RuleContext): moongate.Verdict|moongate.Denial|nil

---@class moongate.Forbid
---@field id string?
---@field path string?
---@field methods string[]?
---@field network string? a name of `networks`, or `"!name"` for everything outside
---@field when moongate.RuleCondition?
---@field deny moongate.Denial? what a hit answers; 403 where it is absent

---@class moongate.Route
---@field path string `/a`, `/a/:id`, `/a/*`, `/a/**`
---@field id string? the path where it is absent
---@field methods string[]? every method where it is absent; HEAD follows GET
---@field public true? needs no user
---@field login true? needs a user
---@field roles { any: string[]?, all: string[]? }?
---@field scopes string[]? all of them
---@field maxAge integer? seconds since the last sign-in, at most
---@field network string?
---@field when moongate.RuleCondition?
---@field decide moongate.RuleDecision?

---A request and what comes out: one of allow, deny, login, redirect, stepUp and error.
---@class moongate.RuleTest
---@field request string `"GET /static/a.css"`
---@field name string?
---@field host string?
---@field ip string?
---@field as table<string, any>? the user's claims; nobody is signed in where it is absent
---@field authAge integer? seconds since the sign-in
---@field allow true?
---@field deny true|integer|nil a status, or any
---@field login true|string|nil
---@field redirect true|string|nil
---@field stepUp true|integer|nil
---@field error true?

---What `rules.lua` and each file of `rules/` return.
---@class moongate.RuleFile
---@field hosts string[]? `"shop.example.com"`, `"*.example.com"`
---@field default moongate.Verdict|moongate.Denial|nil where no route matches; 403 where it is absent
---@field claims string[]? what functions may read of the user, beside id, name, email, roles
---@field inject string[]|table<string, string|false>|nil headers for the server behind: set or deleted on every request
---@field networks table<string, string[]>?
---@field roles table<string, string[]>? a role, and the roles that it includes
---@field forbid moongate.Forbid[]?
---@field routes moongate.Route[]?
---@field tests moongate.RuleTest[]?

-- Functions of the host ---------------------------------------------------------------------------------------------

---The verdict that refuses, for `signIn`, `authorize` and access rules. A status (401, 403, 404, 410, 429) belongs to rules
---alone. The code is 1 to 64 letters, digits, `.`, `-`, `_`; without one
---it is `denied`. Code and message stand in the log. Only from `authorize` does the code also stand in the address of the
---sign-in page; after `signIn` the client sees `AccessDenied` and no more.
---@param verdict { status: integer?, code: string?, message: string? }?
---@return moongate.Denial
function deny(verdict) end
---For access rules: go on, with headers for the server behind. `inject` has to name them.
---@param verdict { headers: table<string, string>? }?
---@return moongate.Verdict
function allow(verdict) end
---For access rules: sign in first.
---@param verdict { provider: string? }?
---@return moongate.Verdict
function login(verdict) end
---For access rules: go there instead; this site, or an origin of `redirects`.
---@param verdict { to: string, status: 302|303|nil }
---@return moongate.Verdict
function redirect(verdict) end
---For access rules: sign in again, unless that was at most so many seconds ago.
---@param verdict { maxAge: integer }
---@return moongate.Verdict
function stepUp(verdict) end

log = {}
---@param message string
---@param fields table<string, any>?
function log.debug(message, fields) end
---@param message string
---@param fields table<string, any>?
function log.info(message, fields) end
---@param message string
---@param fields table<string, any>?
function log.warn(message, fields) end
---@param message string
---@param fields table<string, any>?
function log.error(message, fields) end

json = {}
---@type any null inside a list; elsewhere nil says the same
json.null = nil
---@param list table?
---@return table list the same table, written as a list also when it is empty
function json.array(list) end
---@param value any
---@return string
function json.encode(value) end
---@param text string
---@return any value, string? reason
function json.decode(text) end

time = {}
---@return integer seconds since 1970
function time.now() end

-- Environment and secrets: in `config.lua`, and in hooks for the names that `needs.env` and `needs.secrets` list -------

---A value that stays with the host: no text can be made of it. It is looked up where it is used.
---@class moongate.Secret

---A variable of the environment; the default where it is unset or empty.
---@param name string
---@param default any
---@return any
function env(name, default) end

---A secret by its name: from the environment, NAME_FILE, $CREDENTIALS_DIRECTORY, or `.env`. Its value never enters Lua.
---@param name string
---@return moongate.Secret
function secret(name) end

-- Cryptography ------------------------------------------------------------------------------------------------------

---@alias moongate.BytesEncoding "hex"|"base64"|"base64url"

crypto = {}
---@param text string
---@param options { encoding: moongate.BytesEncoding? }? hex where it is absent
---@return string
function crypto.sha256(text, options) end
---HMAC with SHA-256.
---@param key string|moongate.Secret not empty
---@param text string
---@param options { encoding: moongate.BytesEncoding?, keyEncoding: moongate.BytesEncoding? }? hex where it is absent; keyEncoding: how the key is written, where it is not text
---@return string? digest, string? reason
function crypto.hmac(key, text, options) end
---Bytes from the system's generator, as text.
---@param bytes integer 1 to 1024
---@param options { encoding: moongate.BytesEncoding? }? base64url where it is absent
---@return string? random, string? reason
function crypto.random(bytes, options) end
---Takes the same time wherever two strings of one length differ.
---@param a string
---@param b string
---@return boolean
function crypto.equal(a, b) end
crypto.base64url = {}
---@param text string
---@return string
function crypto.base64url.encode(text) end
---@param text string
---@return string? plain, string? reason nil where it is not base64url, or stands for something that is not text
function crypto.base64url.decode(text) end

-- HTTP: for the hosts that `needs.http` lists -----------------------------------------------------------------------

---@alias moongate.HeaderPart string|integer|moongate.Secret

---@class moongate.HTTPOptions
---@field headers table<string, moongate.HeaderPart|moongate.HeaderPart[]>? parts of a list stand one after the other
---@field bearer string|moongate.Secret|nil
---@field basic { [1]: string, [2]: string|moongate.Secret }? user and password
---@field timeoutMs integer? for the whole exchange; 1000
---@field maxBytes integer? of the answer's body; 65536, at most 524288
---@field redirects integer? how many are followed, at most 5; 0: a redirect is an answer

---@class moongate.HTTPPostOptions: moongate.HTTPOptions
---@field json any the body, instead of a text

---@class moongate.HTTPRequest: moongate.HTTPPostOptions
---@field url string
---@field method "GET"|"HEAD"|"POST"|"PUT"|"PATCH"|"DELETE"|"OPTIONS"|nil POST where there is a body, else GET
---@field body string?

---@class moongate.HTTPAnswer
---@field status integer
---@field headers table<string, string|string[]> names in lower case; `set-cookie` is a list
---@field body string? where it is UTF-8 text without NUL
---@field bodyBase64 string? where it is not
---@field json any where the content type is JSON and the body is
---@field jsonError string? the code of what is wrong with the JSON

http = {}
---@param url string
---@param options moongate.HTTPOptions?
---@return moongate.HTTPAnswer? answer, string? reason
function http.get(url, options) end
---@param url string
---@param body string?
---@param options moongate.HTTPPostOptions?
---@return moongate.HTTPAnswer? answer, string? reason
function http.post(url, body, options) end
---@param request moongate.HTTPRequest
---@return moongate.HTTPAnswer? answer, string? reason
function http.request(request) end

-- Passwords ---------------------------------------------------------------------------------------------------------

password = {}
---The text to store: scrypt with its salt and parameters.
---@param password string 1 to 1024 bytes
---@param options { cost: 15|16|17|nil }? memory: 32, 64 or 128 MiB; the time is the same
---@return string? hash, string? reason
function password.hash(password, options) end
---Without a hash it does the same work and answers false: whether there is such a user cannot be seen from the time.
---@param password string
---@param hash string?
---@return boolean? matches, string? reason
function password.verify(password, hash) end

-- Users: where `needs.users` is true ---------------------------------------------------------------------------------

---@class moongate.StoredUser
---@field id string
---@field name string?
---@field email string?
---@field emailVerified string? when the address was proven, like 2026-01-31T12:00:00.000Z
---@field image string?
---@field claims table<string, any>? what scripts keep about the user

users = {}
---@param query { id: string }|{ email: string }
---@return moongate.StoredUser? user, string? reason both nil where there is no such user
function users.find(query) end
---What is not named stays, in `claims` too; `json.null` takes away.
---@param id string
---@param changes { name: string?, image: string?, claims: table<string, any>? }
---@return moongate.StoredUser? user, string? reason both nil where there is no such user
function users.update(id, changes) end

-- Values that outlive a call: `kv` where `needs.kv` is true, `cache.shared` where `needs.sharedCache` is ----------------

kv = {}
---Nil alone: there is none. Nil and a reason: the store cannot say.
---@param key string 1 to 256 bytes
---@return any value, string? reason
function kv.get(key) end
---@param key string
---@param value any not nil; at most 16 KiB as JSON
---@param options { ttl: integer? }? seconds until it is gone; without, it stays
---@return true? done, string? reason
function kv.set(key, value, options) end
---@param key string
---@param by integer? 1 unless said otherwise
---@param options { ttl: integer? }? for a count that begins now; a present one keeps its own
---@return integer? sum, string? reason
function kv.incr(key, by, options) end
---@param key string
---@return boolean? found, string? reason
function kv.delete(key) end

---@class moongate.CacheOptions
---@field staleIfError integer? seconds beyond its time in which a value stands in for a failure

---What `make` returned at most `ttl` seconds ago, for the user whom the request is about. `make` gives one value, or nil and
---a reason, which is not kept.
---@generic T
---@param key string 1 to 256 bytes
---@param ttl integer seconds, at most a week
---@param make fun(): T?, string?
---@param options moongate.CacheOptions?
---@return T? value, string? reason
function cache(key, ttl, make, options) end

cache = {}
---One value for everybody: nothing in it may be about a user.
---@generic T
---@param key string
---@param ttl integer
---@param make fun(): T?, string?
---@param options moongate.CacheOptions?
---@return T? value, string? reason
function cache.shared(key, ttl, make, options) end

-- config.lua only ---------------------------------------------------------------------------------------------------

---@class moongate.Provider

---@class moongate.OIDCProvider
---@field id string
---@field type "oidc"
---@field name string?
---@field issuer string?
---@field clientId string?
---@field clientSecret moongate.Secret|string|nil a string stands in the file, for all to read
---@field client { token_endpoint_auth_method: "client_secret_basic"|"client_secret_post"|"none" }?
---@field authorization { params: table<string, string> }?
---@field checks ("pkce"|"state"|"nonce")[]?
---@field idToken boolean? false: the profile also comes from the userinfo endpoint
---@field allowDangerousEmailAccountLinking boolean?
---@field allowPrivateAddresses boolean?

---@class moongate.CredentialsField
---@field name string? in a list of fields, which keeps its order
---@field label string?
---@field type "text"|"password"|"email"|"tel"|"number"|"url"|nil
---@field placeholder string?

---@class moongate.CredentialsProvider
---@field id string?
---@field type "credentials"
---@field name string?
---@field credentials table<string, moongate.CredentialsField>|moongate.CredentialsField[]

---@class moongate.SessionSettings
---@field strategy "jwt"|"database"|nil
---@field maxAge integer? seconds
---@field updateAge integer? seconds
---@field storedAs "hashed"|"plain"|nil with strategy "database" only

---Budgets of one call of a script.
---@class moongate.ScriptLimits
---@field steps integer?
---@field cpuMs integer?
---@field wallMs integer?
---@field memoryMB integer?
---@field resultKB integer?

---What scripts may use. Nothing by default.
---@class moongate.Needs
---@field http string[]? hosts, with or without a port; in a plugin also "$name" for the hosts in a setting of type url
---@field secrets string[]? names that `secret` gives
---@field env string[]? names that `env` gives
---@field kv boolean?
---@field users boolean?
---@field sharedCache boolean?
---@field providerTokens boolean? events show access_token, refresh_token and id_token

---A plugin and its settings.
---@class moongate.PluginEntry
---@field id string the folder in plugins/
---@field [string] any

---@class moongate.Config
---@field url string?
---@field basePath string?
---@field secret moongate.Secret|string|(moongate.Secret|string)[]|nil a string stands in the file, for all to read
---@field allowShortSecret boolean?
---@field database string?
---@field session moongate.SessionSettings?
---@field jwt { format: "encrypted"|nil, reissue: "changed"|"always"|nil }?
---@field providers (moongate.Provider|moongate.OIDCProvider|moongate.CredentialsProvider)[]?
---@field redirects string[]?
---@field trustedProxies string[]? ranges like "10.0.0.0/8"
---@field pages { signIn: string?, signOut: string?, error: string?, newUser: string? }?
---@field theme { colorScheme: "auto"|"light"|"dark"|nil, brandColor: string?, buttonText: string?, name: string? }?
---@field limits { script: moongate.ScriptLimits? }?
---@field reload { watch: boolean?, specs: boolean? }?
---@field scripts { needs: moongate.Needs?, noScripts: "refuse"|"allow"|nil }?
---@field plugins (string|moongate.PluginEntry)[]? in the order of their turn

---`provider "credentials" { … }`
---@param preset "dev"|"credentials"
---@return fun(settings: table): moongate.Provider
function provider(preset) end

-- Plugins -----------------------------------------------------------------------------------------------------------

---@class moongate.PluginSetting
---@field type "string"|"url"|"boolean"|"integer"|"number"|"seconds"|"enum"|"list"|"map"|"secret"
---@field required boolean?
---@field default any
---@field description string?
---@field min number? of a number itself, of a string its bytes, of a list or map its entries
---@field max number?
---@field values string[]? what an enum may be
---@field items string|moongate.PluginSetting|nil what each entry of a list or map is; strings by default

---What plugin.lua returns: data only.
---@class moongate.PluginManifest
---@field id string the folder's name
---@field version string
---@field api 1
---@field summary string one line
---@field hooks ("signIn"|"redirect"|"jwt"|"session"|"authorize"|"events")[] exactly those that init.lua returns
---@field needs moongate.Needs?
---@field limits moongate.ScriptLimits? below those of config.lua
---@field config table<string, moongate.PluginSetting>?

---What a plugin's init.lua returns.
---@class moongate.PluginHooks
---@field signIn moongate.SignInHook?
---@field redirect moongate.RedirectHook?
---@field jwt moongate.JwtHook?
---@field session moongate.SessionHook?
---@field authorize moongate.AuthorizeHook?
---@field events moongate.Events?

---In a plugin: its settings, checked and complete. Nothing can change them.
---@type table<string, any>
config = {}

-- Specs only: spec/*_spec.lua, run by `moongate test` -----------------------------------------------------------------

---A group of tests; groups may stand in groups.
---@param name string
---@param body fun()
function describe(name, body) end

---One test. It begins with nothing: a new run of the file, new hooks, an empty kv, cache and user store.
---@param name string
---@param body fun()
function it(name, body) end

---A test that is to be written.
---@param name string
---@param body fun()?
function pending(name, body) end

---Runs before each test of the group and of the groups in it.
---@param body fun()
function beforeEach(body) end

---Runs after each test of the group and of the groups in it, also when it has failed.
---@param body fun()
function afterEach(body) end

---@class moongate.Expectation
---@field never moongate.Expectation the opposite
---@field toBe fun(value: any) the same value
---@field toEqual fun(value: any) the same content, at every depth
---@field toBeNil fun()
---@field toBeTruthy fun()
---@field toBeFalsy fun()
---@field toContain fun(part: any) a text in a text, an element of a list, or these members among others
---@field toMatch fun(pattern: string)
---@field toHaveLength fun(length: integer)
---@field toBeGreaterThan fun(value: number)
---@field toBeLessThan fun(value: number)
---@field toRaise fun(part: string?) of a function: it raises an error, with this text in it

---@param value any
---@return moongate.Expectation
function expect(value) end

---The function raises an error, with this text in it.
---@param body fun()
---@param part string?
function expectError(body, part) end

---The content of spec/fixtures/NAME.json.
---@param name string
---@return any
function fixture(name) end

---The owner's own hooks, run as the server runs them. A failing hook is an error with file and line.
hook = {}
---@param p moongate.SignInParams|table
---@return boolean|string|{ denied: { code: string, message: string? } }
function hook.signIn(p) end
---@param p moongate.RedirectParams|table
---@return string?
function hook.redirect(p) end
---@param p moongate.JwtParams|table
---@return moongate.Token?
function hook.jwt(p) end
---@param p moongate.SessionParams|table
---@return moongate.Session
function hook.session(p) end
---@param p moongate.AuthorizeParams|table
---@return moongate.KnownUser|{ denied: { code: string, message: string? } }|nil
function hook.authorize(p) end
---Tells every listener of the owner.
---@param name "signIn"|"signOut"|"createUser"|"updateUser"|"linkAccount"|"session"
---@param event table
function hook.events(name, event) end

---In a plugin's specs: other settings from here on, over those of spec/config.json, for the hooks of this test.
---@param settings table<string, any>
function configure(settings) end

---Time stands still in a spec, at 2023-11-14T22:13:20Z (1700000000) when a test begins.
clock = {}
---@param seconds integer since 1970
function clock.set(seconds) end
---@param seconds number
function clock.advance(seconds) end

---What answers a request. Several answers are given one after the other, the last one from then on.
---@param request string "GET https://hr.internal/x"; a `*` at its end stands for anything
---@param answer { status: integer?, headers: table<string, string>?, body: string?, json: any, error: string? }
---@param ... { status: integer?, headers: table<string, string>?, body: string?, json: any, error: string? }
function http.fake(request, answer, ...) end
---What was sent, oldest first.
---@return { method: string, url: string, headers: table<string, string>, body: string?, json: any }[]
function http.requests() end

---The value of a secret; without it `secret-of-NAME`.
---@param name string
---@param value string
function secret.fake(name, value) end
---The value of a variable; without it there is none.
---@param name string
---@param value string
function env.fake(name, value) end

---Somebody whom the store knows.
---@param user { id: string, name: string?, email: string?, emailVerified: integer?, image: string? }
function users.fake(user) end

---What was logged, oldest first.
---@return { level: string, message: string, fields: table<string, string> }[]
function log.entries() end
