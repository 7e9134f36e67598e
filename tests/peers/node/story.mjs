// The story that every Node peer tells: `node story.mjs PEER PACKAGES`, run by `test_peers.py`.
//
// The same as `peer_story.py`, where the lines of JSON are described. A peer is a module that exports
// `peer(packages, {server, app, pkce})`, which gives authorizeUrl, logIn, tokens, get, bulk, refresh and revoke.
// PACKAGES is the folder whose node_modules holds the published packages.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

export const EXTENSION = "/restapi/v1.0/account/~/extension/~";
export const EXTENSION_CALL_LOG = `${EXTENSION}/call-log`;
export const ACCOUNT_CALL_LOG = "/restapi/v1.0/account/~/call-log";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function heard() {
  return JSON.parse((await lines.next()).value);
}

// Where it failed, without the message: it may show a request with its Authorization.
function failed(error) {
  const frames = String(error?.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  process.stderr.write(`${error?.name}${error?.code ? ` (${error.code})` : ""}\n${frames.join("\n")}\n`);
  process.exit(1);
}

// The packages of the folder: `import` for those that are modules, by their published entry points.
function packagesOf(folder) {
  const require = createRequire(pathToFileURL(`${folder}/package.json`));
  return { require, import: (name) => import(pathToFileURL(require.resolve(name)).href) };
}

async function callFails(peer) {
  try {
    await peer.get(EXTENSION, {});
  } catch {
    return "refused";
  }
  return "answered";
}

async function toldLogin(peer, query) {
  tell({ visit: await peer.authorizeUrl() });
  await peer.logIn((await heard()).callback);
  const first = { ...(await peer.tokens()) };
  const extension = await peer.get(EXTENSION, {});
  const own = await peer.get(EXTENSION_CALL_LOG, query);
  const company = await peer.get(ACCOUNT_CALL_LOG, query);
  const ids = own.records.slice(0, 3).map((record) => record.id);
  const bulk = await peer.bulk(`${EXTENSION_CALL_LOG}/${ids.join(",")}`);
  await peer.refresh();
  const second = { ...(await peer.tokens()) };
  const again = await peer.get(EXTENSION, {});
  await peer.revoke();
  return {
    tokenType: first.token_type,
    scope: first.scope,
    ownerId: first.owner_id,
    extension: { id: String(extension.id), number: extension.extensionNumber },
    ownRecords: own.records.map((record) => record.id),
    companyRecords: company.records.map((record) => record.id),
    bulk: {
      status: bulk.status,
      asked: ids,
      statuses: bulk.parts.map((part) => part.status),
      answered: bulk.parts.map((part) => part.body.id),
    },
    refresh: {
      otherAccessToken: second.access_token !== first.access_token,
      otherRefreshToken: second.refresh_token !== first.refresh_token,
      sameOwner: second.owner_id === first.owner_id,
      extensionId: String(again.id),
    },
    callAfterRevoke: await callFails(peer),
  };
}

async function main() {
  const [module, folder] = process.argv.slice(2);
  const { peer } = await import(`./${module}.mjs`);
  const given = await heard();
  const report = {};
  for (const login of given.logins) {
    const one = await peer(packagesOf(folder), { server: given.server, app: login.app, pkce: login.pkce });
    report[login.name] = await toldLogin(one, given.query);
  }
  tell({ report });
  process.exit(0);
}

process.on("uncaughtException", failed);
process.on("unhandledRejection", failed);
main().catch(failed);
