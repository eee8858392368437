---@meta moongate
-- What a script finds in its environment beside Lua's own string, table, math and utf8. For editors; never run.

-- Values ------------------------------------------------------------------------------------------------------------

---@class moongate.User
---@field id string?
---@field name string?
---@field email string?
---@field image string?

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

---A user, or nil when name and password fit nobody.
---@alias moongate.AuthorizeHook fun(p: moongate.AuthorizeParams): moongate.KnownUser|moongate.Denial|nil

-- Events ------------------------------------------------------------------------------------------------------------

---@class moongate.Event
---@field request { id: string, ip: string?, userAgent: string? } the request that made it happen
---@field time integer when it happened, seconds since 1970

---@class moongate.SignInEvent: moongate.Event
---@field user moongate.User
---@field account moongate.Account with the provider's tokens: do not log it whole
---@field profile table? the provider's claims; absent for credentials
---@field isNewUser boolean? absent without a store

---@class moongate.SignOutEvent: moongate.Event
---@field token moongate.Token? with strategy "jwt"
---@field session { userId: string, expires: string }? with strategy "database"

---@class moongate.UserEvent: moongate.Event
---@field user moongate.User

---@class moongate.LinkAccountEvent: moongate.Event
---@field user moongate.User
---@field account moongate.Account as it is stored
---@field profile moongate.User the user as the provider describes them

---@class moongate.SessionEvent: moongate.Event
---@field session moongate.Session what the client got
---@field token moongate.Token? with strategy "jwt"

---What `events.lua` returns: functions that are told what has happened. What they return is not looked at.
---@class moongate.Events
---@field signIn fun(e: moongate.SignInEvent)?
---@field signOut fun(e: moongate.SignOutEvent)?
---@field createUser fun(e: moongate.UserEvent)?
---@field updateUser fun(e: moongate.UserEvent)?
---@field linkAccount fun(e: moongate.LinkAccountEvent)?
---@field session fun(e: moongate.SessionEvent)? at each read: only if you need it

-- Functions of the host ---------------------------------------------------------------------------------------------

---The verdict that refuses, for `signIn` and `authorize`. The code is 1 to 64 letters, digits, `.`, `-`, `_`; without one
---it is `denied`. Code and message stand in the log. Only from `authorize` does the code also stand in the address of the
---sign-in page; after `signIn` the client sees `AccessDenied` and no more.
---@param verdict { code: string?, message: string? }?
---@return moongate.Denial
function deny(verdict) end

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

-- config.lua only ---------------------------------------------------------------------------------------------------

---@class moongate.Secret

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
---@field reload { watch: boolean? }?
---@field scripts { noScripts: "refuse"|"allow"|nil }?

---A variable of the environment; the default where it is unset or empty.
---@param name string
---@param default any
---@return any
function env(name, default) end

---A secret by its name: from the environment, NAME_FILE, $CREDENTIALS_DIRECTORY, or `.env`. Its value never enters Lua.
---@param name string
---@return moongate.Secret
function secret(name) end

---`provider "credentials" { … }`
---@param preset "dev"|"credentials"
---@return fun(settings: table): moongate.Provider
function provider(preset) end
