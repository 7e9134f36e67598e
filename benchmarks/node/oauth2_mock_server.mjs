// oauth2-mock-server: `node oauth2_mock_server.mjs PACKAGES CHAINS`; ends with its standard input.
//
// Its refresh_token grant is the nearest: it checks neither client nor token, and signs an access token and an ID
// token (RS256) for each answer. Its first line says where it is and gives CHAINS texts to begin with.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, chains] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/package.json`));
const { OAuth2Server } = await import(pathToFileURL(require.resolve("oauth2-mock-server")).href);

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");
const { port } = server.address();
const refreshTokens = Array.from({ length: Number(chains) }, (_, place) => `refresh ${place}`);
const said = { port, path: "/token", clientId: "bench", clientSecret: "not checked", refreshTokens };
process.stdout.write(`${JSON.stringify(said)}\n`);

process.stdin.on("end", () => process.exit(0)).resume();
