// oidc-provider with the in-memory adapter it brings: `node oidc_provider.mjs PACKAGES CHAINS`; ends with its standard input.
//
// Opaque tokens, client_secret_basic, the refresh_token grant with rotation, no ID token. Its first line says where
// it is and gives CHAINS refresh tokens of as many users, made as its own login pages would make them.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, chains] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/package.json`));
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);

const clientId = "bench";
const clientSecret = randomBytes(32).toString("base64url");
const server = createServer();
server.listen(0, "127.0.0.1", async () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: ["http://127.0.0.1/callback"],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    features: { devInteractions: { enabled: false } },
    findAccount: (ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    rotateRefreshToken: true,
    scopes: ["offline_access", "ReadAccounts", "ReadCallLog"],
    ttl: { AccessToken: 3600, RefreshToken: 604800 },
  });
  server.on("request", provider.callback());
  const client = await provider.Client.find(clientId);
  const scope = "offline_access ReadAccounts ReadCallLog";
  const refreshTokens = [];
  for (let place = 0; place < Number(chains); place += 1) {
    const accountId = `user ${place}`;
    const grant = new provider.Grant({ accountId, clientId });
    grant.addOIDCScope(scope);
    const grantId = await grant.save();
    const token = new provider.RefreshToken({ accountId, client, grantId, gty: "authorization_code", scope });
    refreshTokens.push(await token.save());
  }
  process.stdout.write(`${JSON.stringify({ port, path: "/token", clientId, clientSecret, refreshTokens })}\n`);
});

process.stdin.on("end", () => process.exit(0)).resume();
