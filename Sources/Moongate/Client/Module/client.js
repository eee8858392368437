// Moongate's browser module. `import { getSession, signIn, signOut } from "/auth/client.js"`
//
// It talks to the endpoints beside which it lies, and to nothing else. Types and documentation: client.d.ts, in the same
// place. Loading it asks for nothing and changes nothing; see the end of the file for the one exception.

const base = new URL(".", import.meta.url);
const channelName = `moongate:${base.pathname}`;
const awayMark = `${channelName}:away`;

/** An answer that is not the one of the contract; `status` is its status, 0 when there was none. */
class AuthClientError extends Error {
  constructor(message, status, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "AuthClientError";
    this.status = status;
  }
}

/** One request to an endpoint; its JSON. Messages name method and path, never what was sent. */
async function ask(path, init) {
  const what = `${init?.method ?? "GET"} ${base.pathname}${path.split("?", 1)[0]}`;
  const fail = (message, status, cause) => new AuthClientError(`${what} ${message}`, status, cause);
  // Cookies of another origin would not go along, and everybody would seem signed out.
  if (base.origin !== self.origin) {
    throw fail(`is of ${base.origin}, and this page of ${self.origin}: serve both from one origin`, 0);
  }
  let response;
  try {
    // A redirect is no answer of the contract, and might carry what was sent to somebody else.
    response = await fetch(new URL(path, base), {
      cache: "no-store", credentials: "same-origin", redirect: "error", ...init,
    });
  } catch (cause) {
    throw fail("got no answer", 0, cause);
  }
  const value = await response.json().catch(() => undefined);
  if (!response.ok) {
    const reason = typeof value?.message === "string" ? `: ${value.message}` : "";
    throw fail(`was answered with ${response.status}${reason}`, response.status);
  }
  if (value === undefined) throw fail("was answered with something that is not JSON", response.status);
  return { value, response, fail };
}

export async function getSession() {
  const { value, response, fail } = await ask("session");
  return checkedSession(value, response, fail);
}

export async function updateSession(data) {
  const csrfToken = await getCsrfToken();
  const { value, response, fail } = await ask("session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ csrfToken, data }),
  });
  const session = checkedSession(value, response, fail);
  announce();
  return session;
}

// Only the text `null` says that nobody is signed in.
function checkedSession(value, response, fail) {
  if (typeof value !== "object" || Array.isArray(value)) throw fail("was answered with no session", response.status);
  return value;
}

export async function getCsrfToken() {
  const { value, response, fail } = await ask("csrf");
  if (typeof value?.csrfToken !== "string") throw fail("was answered with no token", response.status);
  return value.csrfToken;
}

export async function getProviders() {
  const { value, response, fail } = await ask("providers");
  if (typeof value !== "object" || value === null) throw fail("was answered with no providers", response.status);
  return value;
}

export async function signIn(provider, options, authorizationParams) {
  const { callbackUrl, redirect = true, ...fields } = options ?? {};
  const target = absolute(callbackUrl);
  // Anything but a text is no provider: `addEventListener("click", signIn)` gives an event.
  if (typeof provider !== "string" || provider === "") {
    if (!redirect) throw new Error("signIn without a provider leads to the sign-in page: it takes no redirect: false");
    return navigate(`${base}signin?${new URLSearchParams({ callbackUrl: target })}`);
  }
  const [providers, csrfToken] = await Promise.all([getProviders(), getCsrfToken()]);
  if (!Object.hasOwn(providers, provider)) {
    throw new Error(`There is no provider "${provider}", only: ${Object.keys(providers).join(", ") || "none"}`);
  }
  const takesForm = providers[provider].type === "credentials";
  const query = new URLSearchParams(authorizationParams ?? {}).toString();
  const path = `${takesForm ? "callback" : "signin"}/${encodeURIComponent(provider)}${query && `?${query}`}`;
  const outcome = await submit(path, { ...fields, csrfToken, callbackUrl: target });
  if (outcome.ok) {
    if (takesForm) announce();
    else leave();
  }
  return finish(outcome, redirect);
}

export async function signOut(options) {
  const { callbackUrl, redirect = true } = options ?? {};
  const target = absolute(callbackUrl);
  const outcome = await submit("signout", { csrfToken: await getCsrfToken(), callbackUrl: target });
  if (outcome.ok) announce();
  return finish(outcome, redirect);
}

/** Posts a form and asks to be told the redirect instead of following it. */
async function submit(path, fields) {
  const { value, response, fail } = await ask(path, {
    method: "POST",
    headers: { "X-Auth-Return-Redirect": "1" },
    body: new URLSearchParams(Object.entries(fields).filter(([, text]) => text !== undefined && text !== null)),
  });
  const url = typeof value?.url === "string" ? parsed(value.url, base) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw fail("was answered with no http(s) URL to go to", response.status);
  }
  // The page's own address may end in `?error=…` of an earlier attempt. To be led back there is no refusal; those come
  // without a Location.
  const isReturn = url.href === fields.callbackUrl && response.headers.has("Location");
  const error = isReturn ? null : url.searchParams.get("error");
  const code = error === null ? null : url.searchParams.get("code");
  return { ok: error === null, status: response.status, error, code, url: url.href };
}

function finish(outcome, redirect) {
  if (redirect) return navigate(outcome.url);
  return outcome.ok ? outcome : { ...outcome, url: null };
}

/** Where to go in the end, as a link on this page would be understood; the page itself when nothing is said. */
function absolute(callbackUrl) {
  const url = parsed(callbackUrl ?? location.href, location.href);
  if (url === undefined) throw new TypeError("callbackUrl is no URL");
  return url.href;
}

function parsed(url, from) {
  try {
    return new URL(url, from);
  } catch {
    return undefined;
  }
}

function navigate(url) {
  const [place, fragment] = url.split("#", 2);
  const isHere = place === location.href.split("#", 1)[0];
  location.assign(url);
  // A new fragment alone loads nothing, and the page would go on showing what was true before.
  if (isHere && fragment !== undefined) location.reload();
}

// Who is told when the session may have changed.

const listeners = new Set();
let channel = null;
let asked = 0;

export function onSessionChange(listener) {
  if (typeof listener !== "function") throw new TypeError("onSessionChange takes a function");
  const entry = { listener }; // a function that is given twice is told twice, and each end ends one
  if (listeners.size === 0) listen();
  listeners.add(entry);
  return () => {
    if (listeners.delete(entry) && listeners.size === 0) stopListening();
  };
}

function listen() {
  channel = new BroadcastChannel(channelName);
  channel.onmessage = tell;
  globalThis.document?.addEventListener("visibilitychange", tellWhenVisible);
  addEventListener("pageshow", tellWhenRestored);
}

function stopListening() {
  channel.close();
  channel = null;
  globalThis.document?.removeEventListener("visibilitychange", tellWhenVisible);
  removeEventListener("pageshow", tellWhenRestored);
}

function tellWhenVisible() {
  if (document.visibilityState === "visible") tell();
}

// "Back" may bring a page as it was before a sign-out.
function tellWhenRestored(event) {
  if (event.persisted) tell();
}

/** Something happened to the session in this tab: tells this tab and the others. */
function announce() {
  tell();
  const sender = channel ?? new BroadcastChannel(channelName);
  sender.postMessage("session"); // the others ask for themselves: a message is no proof of a session
  if (sender !== channel) sender.close();
}

async function tell() {
  if (listeners.size === 0) return;
  const turn = ++asked;
  let session;
  try {
    session = await getSession();
  } catch (error) {
    console.warn(`The session could not be read; who listens for it is told nothing. ${error.message}`);
    return;
  }
  if (turn !== asked) return; // an older question, whose answer may be of before a sign-out
  for (const entry of [...listeners]) {
    if (!listeners.has(entry)) continue;
    try {
      entry.listener(session);
    } catch (error) {
      reportError(error);
    }
  }
}

// Signing in with a provider ends on another page load, in this tab: the other tabs are told then.

function leave() {
  try {
    sessionStorage.setItem(awayMark, "1");
  } catch {
    // No storage: other tabs find out when they are looked at.
  }
}

function comeBack() {
  try {
    if (sessionStorage.getItem(awayMark) === null) return;
    sessionStorage.removeItem(awayMark);
  } catch {
    return;
  }
  announce();
}

comeBack();
