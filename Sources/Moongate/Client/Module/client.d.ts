/**
 * Moongate's browser module: signs in and out, reads the session, and tells when it changes.
 *
 * It is served beside the endpoints, as `{basePath}/client.js`, and finds them by its own address. Page and endpoints share one
 * origin. Nothing here lets anybody in: a server that has something to protect checks the session itself.
 *
 * @module
 */

/** What is known of who is signed in, unless the site's `session` hook says otherwise. */
export interface DefaultUser {
  name?: string | null;
  email?: string | null;
  image?: string | null;
}

/**
 * A session as the site's `session` hook left it.
 *
 * @typeParam User - What the hook makes of `user`. Nothing checks it: it is your word about your hook.
 */
export interface Session<User = DefaultUser> {
  user: User;
  /** When it ends unless it is read before that: ISO 8601, in UTC. */
  expires: string;
  /** What the hook added. */
  [claim: string]: unknown;
}

/** A way to sign in, as the server tells it to everybody. */
export interface Provider {
  id: string;
  /** For a button. */
  name: string;
  /** `credentials` takes fields; others lead away to the provider and back. */
  type: "credentials" | "oidc" | (string & {});
  signinUrl: string;
  callbackUrl: string;
}

/** The text of one field of a sign-in form; `null` and `undefined` are not sent. */
export type Field = string | number | boolean | null | undefined;

/** Where to go, and whether. */
export interface NavigationOptions {
  /**
   * Where to go in the end; understood as a link on this page would be. The server may decide otherwise. By default the page
   * itself.
   */
  callbackUrl?: string | URL;
  /** `true`, the default: the page goes where the server says. `false`: it stays, and is told. */
  redirect?: boolean;
}

/** Options of {@link signIn}: where to go, and the fields of a `credentials` provider. */
export interface SignInOptions extends NavigationOptions {
  [field: string]: Field | URL;
}

/** What the server said to a sign-in or a sign-out; for `redirect: false`. */
export interface Outcome {
  /**
   * Nothing was refused. With fields that were accepted: signed in. With a provider that leads away: go to `url` now. Unlike
   * Auth.js's `ok`, which is true for a wrong password.
   */
  ok: boolean;
  /** The HTTP status of the answer: a refusal is a good answer, 200. */
  status: number;
  /** Why not: `CredentialsSignin`, `AccessDenied`, `MissingCSRF`, `Configuration` and so on; `null` when `ok`. */
  error: string | null;
  /** What exactly, with `CredentialsSignin`: `credentials`, or the code that your `authorize` hook gave; else `null`. */
  code: string | null;
  /** Where to go, absolute; `null` unless `ok`. */
  url: string | null;
}

/**
 * What functions reject with when a request failed: the server could not decide, or was not reached. Nobody is signed in or out
 * by it. Its message names method, path and status, and never what was sent.
 *
 * The class is not exported: `error.name === "AuthClientError"` tells it.
 */
export interface AuthClientError extends Error {
  name: "AuthClientError";
  /** The status of the answer; 0 when there was none. */
  status: number;
}

/**
 * Reads the session; `null` when nobody is signed in.
 *
 * ```ts
 * const session = await getSession<{ id: string; email: string }>();
 * ```
 *
 * @throws {@link AuthClientError} when it cannot be read, with `status` 503 for a failing hook or store. That is no sign-out.
 */
export function getSession<User = DefaultUser>(): Promise<Session<User> | null>;

/**
 * Gives data to the site's `jwt` and `session` hooks, which decide what to do with them, and reads the session after that. Who
 * listens with {@link onSessionChange} is told.
 *
 * @param data - Anything that JSON can say.
 * @throws {@link AuthClientError} with `status` 400 when the server refused it.
 */
export function updateSession<User = DefaultUser>(data?: unknown): Promise<Session<User> | null>;

/**
 * The token of this browser that POSTs to the endpoints carry as `csrfToken`. The functions here take care of it themselves.
 *
 * @throws {@link AuthClientError}
 */
export function getCsrfToken(): Promise<string>;

/**
 * The ways to sign in, by id, in the order of the configuration.
 *
 * @throws {@link AuthClientError}
 */
export function getProviders(): Promise<Record<string, Provider>>;

/**
 * Signs in. Without a provider it leads to the sign-in page.
 *
 * ```ts
 * await signIn("corp", { callbackUrl: "/welcome" });
 * const { ok, error, code } = await signIn("credentials", { username, password, redirect: false });
 * ```
 *
 * @param provider - The id of a provider in the configuration.
 * @param options - Where to go, and the fields of a `credentials` provider.
 * @param authorizationParams - For an OpenID Connect provider: hints like `login_hint`, `prompt`, `ui_locales`. Those that the
 *   server does not know are left out.
 * @returns With `redirect: false` what the server said. Otherwise nothing, while the page is on its way.
 * @throws {@link AuthClientError}; an `Error` that names the providers when there is none of this id.
 */
export function signIn(
  provider: string,
  options: SignInOptions & { redirect: false },
  authorizationParams?: AuthorizationParams,
): Promise<Outcome>;
export function signIn(
  provider?: string,
  options?: SignInOptions & { redirect?: true },
  authorizationParams?: AuthorizationParams,
): Promise<void>;
export function signIn(
  provider: string,
  options: SignInOptions,
  authorizationParams?: AuthorizationParams,
): Promise<Outcome | void>;

/** Whatever makes a query. */
export type AuthorizationParams = string | string[][] | Record<string, string> | URLSearchParams;

/**
 * Signs out.
 *
 * @returns With `redirect: false` what the server said. Otherwise nothing, while the page is on its way.
 * @throws {@link AuthClientError}
 */
export function signOut(options: NavigationOptions & { redirect: false }): Promise<Outcome>;
export function signOut(options?: NavigationOptions & { redirect?: true }): Promise<void>;
export function signOut(options: NavigationOptions): Promise<Outcome | void>;

/**
 * Tells a function the session whenever it may have changed: after signing in, signing out or an update in this tab or in
 * another one of this origin, and when the page is seen again. It may be told the same session twice; it is not called for the
 * session that is there at first. A read that fails is no sign-out: the function is not called, and the console says why.
 *
 * @returns A function that ends it.
 */
export function onSessionChange<User = DefaultUser>(listener: (session: Session<User> | null) => void): () => void;
