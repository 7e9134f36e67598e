// openid-client: discovers the platform by its OpenID Connect metadata, and checks the ID token it gets.

const SCOPE = "openid ReadAccounts ReadCallLog ReadCallRecording";

export async function peer(packages, { server, app, pkce }) {
  const oidc = await packages.import("openid-client");
  const proof = app.clientSecret ? oidc.ClientSecretBasic(app.clientSecret) : oidc.None();
  const config = await oidc.discovery(new URL(server), app.clientId, undefined, proof, {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  });
  const verifier = pkce ? oidc.randomPKCECodeVerifier() : undefined;
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  let kept;
  const fetched = async (path, query, headers) => {
    const url = new URL(path, server);
    url.search = new URLSearchParams(query);
    const answer = await oidc.fetchProtectedResource(config, kept.access_token, url, "GET", null, headers);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer;
  };
  const keep = (tokens) => {
    kept = { ...kept, ...tokens };
  };
  return {
    authorizeUrl: async () => {
      const challenge = pkce
        ? { code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" }
        : {};
      const asked = { redirect_uri: app.redirectUris[0], scope: SCOPE, state, nonce, ...challenge };
      return oidc.buildAuthorizationUrl(config, asked).href;
    },
    logIn: async (callback) => {
      const checks = { expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      if (pkce) checks.pkceCodeVerifier = verifier;
      const tokens = await oidc.authorizationCodeGrant(config, new URL(callback), checks);
      if (tokens.claims().sub !== tokens.owner_id) throw new Error("the ID token names another user");
      const user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
      if (user.sub !== tokens.owner_id) throw new Error("userinfo names another user");
      keep(tokens);
    },
    tokens: () => kept,
    get: async (path, query) => (await fetched(path, query)).json(),
    bulk: async (path) => {
      const accept = new Headers({ accept: "application/vnd.ringcentral.multipart+json" });
      const answer = await fetched(path, {}, accept);
      const parts = (await answer.json()).map(({ status, body }) => ({ status, body }));
      return { status: answer.status, parts };
    },
    refresh: async () => keep(await oidc.refreshTokenGrant(config, kept.refresh_token)),
    revoke: () => oidc.tokenRevocation(config, kept.access_token),
  };
}
