---@meta moongate
-- What a script finds in its environment beside Lua's own string, table, math and utf8. For editors; never run.

-- Values ------------------------------------------------------------------------------------------------------------

---@class moongate.User
---@field id string?
---@field name string?
---@field email string?
---@field image string?

---@class moongate.Account
---@field provider string
---@field type string
---@field providerAccountId string
---@field access_token string?
---@field id_token string?
---@field expires_at integer?

---The claims of a session. Reserved ones (iss sub aud exp nbf iat jti sid ver auth_time) keep their value whatever a
---script does.
---@class moongate.Token
---@field sub string?
---@field name string?
---@field email string?
---@field picture string?
---@field [string] any

---What the client gets from `/auth/session`.
---@class moongate.Session
---@field user table
---@field expires string
---@field [string] any

---Made by `deny` alone: a table that looks like one is an error.
---@class moongate.Denial

-- Hooks -------------------------------------------------------------------------------------------------------------

---@class moongate.SignInParams
---@field user moongate.User
---@field account moongate.Account
---@field profile table?
---@field email table?
---@field credentials table?

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
---@field newSession any
---@field trigger "update"|nil

---@alias moongate.SessionHook fun(p: moongate.SessionParams): moongate.Session

---@class moongate.AuthorizeParams
---@field credentials table<string, string>
---@field provider string the id
---@field request table

---A user, or nil when name and password fit nobody.
---@alias moongate.AuthorizeHook fun(p: moongate.AuthorizeParams): moongate.User|moongate.Denial|nil

-- Functions of the host ---------------------------------------------------------------------------------------------

---Refuses a sign-in. The code stands in the address of the sign-in page, the message in the log.
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
---@field type "oidc"|"credentials"
---@field name string?
---@field issuer string?
---@field clientId string?
---@field clientSecret moongate.Secret?
---@field client { token_endpoint_auth_method: "client_secret_basic"|"client_secret_post"|"none" }?
---@field authorization { params: table<string, string> }?
---@field checks ("pkce"|"state"|"nonce")[]?
---@field idToken boolean? false: the profile also comes from the userinfo endpoint
---@field allowDangerousEmailAccountLinking boolean?
---@field allowPrivateAddresses boolean?
---@field credentials table?

---@class moongate.SessionSettings
---@field strategy "jwt"|"database"|nil
---@field maxAge integer? seconds
---@field updateAge integer? seconds
---@field storedAs "hashed"|"plain"|nil

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
---@field secret moongate.Secret|moongate.Secret[]|nil
---@field allowShortSecret boolean?
---@field database string?
---@field session moongate.SessionSettings?
---@field jwt { format: "encrypted"|nil, reissue: "changed"|"always"|nil }?
---@field providers (moongate.Provider|moongate.OIDCProvider)[]?
---@field redirects string[]?
---@field trustedProxies string[]?
---@field pages { signIn: string?, signOut: string?, error: string?, newUser: string? }?
---@field theme { colorScheme: "auto"|"light"|"dark"|nil, brandColor: string?, buttonText: string?, name: string? }?
---@field limits { script: moongate.ScriptLimits? }?
---@field reload { watch: boolean? }?

---A variable of the environment; the default where it is unset or empty.
---@param name string
---@param default any
---@return any
function env(name, default) end

---A secret by its name: from the environment, NAME_FILE, or $CREDENTIALS_DIRECTORY. Its value never enters Lua.
---@param name string
---@return moongate.Secret
function secret(name) end

---`provider "credentials" { … }`
---@param preset "dev"|"credentials"
---@return fun(settings: table): moongate.Provider
function provider(preset) end
