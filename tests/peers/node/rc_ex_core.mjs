// @rc-ex/core, RingCentral's extensible SDK, by its typed paths where it has them. It builds no authorization URL.

import { createHash, randomBytes } from "node:crypto";

export async function peer(packages, { server, app, pkce }) {
  const exported = packages.require("@rc-ex/core");
  const RingCentral = exported.default ?? exported;
  const client = new RingCentral({
    server,
    clientId: app.clientId,
    ...(app.clientSecret ? { clientSecret: app.clientSecret } : {}),
  });
  const verifier = pkce ? randomBytes(32).toString("base64url") : undefined;
  const redirect = app.redirectUris[0];
  return {
    authorizeUrl: () => {
      const url = new URL("/restapi/oauth/authorize", server);
      url.search = new URLSearchParams({
        response_type: "code",
        client_id: app.clientId,
        redirect_uri: redirect,
        state: "a state",
        ...(pkce
          ? {
              code_challenge: createHash("sha256").update(verifier).digest("base64url"),
              code_challenge_method: "S256",
            }
          : {}),
      });
      return url.href;
    },
    logIn: (callback) => {
      const code = new URL(callback).searchParams.get("code");
      return client.authorize({ code, redirect_uri: redirect, ...(pkce ? { code_verifier: verifier } : {}) });
    },
    tokens: () => client.token,
    get: (path, query) => {
      const account = client.restapi().account();
      if (path.endsWith("/extension/~/call-log")) return account.extension().callLog().list(query);
      if (path.endsWith("/account/~/call-log")) return account.callLog().list(query);
      return account.extension().get();
    },
    bulk: async (path) => {
      const headers = { Accept: "application/vnd.ringcentral.multipart+json" };
      const answer = await client.get(path, {}, { headers });
      return { status: answer.status, parts: answer.data.map(({ status, body }) => ({ status, body })) };
    },
    refresh: () => client.refresh(),
    revoke: async () => {
      const old = client.token;
      await client.revoke();
      client.token = old;
    },
  };
}
