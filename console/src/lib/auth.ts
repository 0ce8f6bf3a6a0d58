// Signing in with the business's own identity provider: OpenID Connect, code flow with PKCE. The token lives as long as
// the tab, and no longer than the issuer says.

import * as oauth from "oauth4webapi";
import { dropDrafts } from "./draft";
import { restore } from "./route";
import { Signal } from "./signal";
import { tab } from "./storage";

interface Config {
  issuer: string;
  client_id: string;
  scope: string;
  audience: string;
}

interface Held {
  access: string;
  identity: string | undefined;
}

// Whether the token that is held has run out: what is shown stays, and one may sign in again.
export const expired = new Signal(false);

let config: Config | undefined;

async function configuration(): Promise<Config> {
  if (!config) {
    const answer = await fetch("console/config.json");
    if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
    config = (await answer.json()) as Config;
  }
  return config;
}

// An issuer without encryption is one on this machine.
function insecure(issuer: URL): { [oauth.allowInsecureRequests]: boolean } {
  return { [oauth.allowInsecureRequests]: issuer.protocol === "http:" };
}

async function server(): Promise<oauth.AuthorizationServer> {
  const issuer = new URL((await configuration()).issuer);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...insecure(issuer) });
  return oauth.processDiscoveryResponse(issuer, answer);
}

const here = (): string => location.origin + location.pathname;

function held(): Held | null {
  const text = tab.get("token");
  return text === null ? null : (JSON.parse(text) as Held);
}

export function accessToken(): string | null {
  return held()?.access ?? null;
}

export async function signIn(): Promise<void> {
  const [{ client_id, scope, audience }, as] = await Promise.all([configuration(), server()]);
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  tab.set("sign-in", JSON.stringify({ verifier, state, nonce, hash: location.hash }));
  const address = new URL(as.authorization_endpoint ?? "");
  const asked = {
    response_type: "code",
    client_id,
    redirect_uri: here(),
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(audience ? { audience } : {}),
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  location.assign(address);
}

// Takes the code the issuer sent one back with, where there is one. Fails with what the issuer says.
export async function finishSignIn(): Promise<void> {
  const address = new URL(location.href);
  if (!address.searchParams.has("code") && !address.searchParams.has("error")) return;
  const begun = tab.get("sign-in");
  tab.set("sign-in", null);
  restore("");
  if (begun === null) return;
  const { verifier, state, nonce, hash } = JSON.parse(begun) as Record<"verifier" | "state" | "nonce" | "hash", string>;
  restore(hash);
  const [{ client_id, issuer }, as] = await Promise.all([configuration(), server()]);
  const client: oauth.Client = { client_id };
  const said = oauth.validateAuthResponse(as, client, address, state);
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    oauth.None(),
    said,
    here(),
    verifier,
    insecure(new URL(issuer)),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce });
  tab.set("token", JSON.stringify({ access: tokens.access_token, identity: tokens.id_token } satisfies Held));
  expired.value = false;
}

export async function signOut(): Promise<void> {
  const identity = held()?.identity;
  tab.set("token", null);
  dropDrafts();
  const end = await server().then(
    (as) => as.end_session_endpoint,
    () => undefined,
  );
  if (!end || !config) {
    location.assign(here());
    return;
  }
  const address = new URL(end);
  address.searchParams.set("client_id", config.client_id);
  address.searchParams.set("post_logout_redirect_uri", here());
  if (identity) address.searchParams.set("id_token_hint", identity);
  location.assign(address);
}
