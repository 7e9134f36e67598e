// @ringcentral/sdk, RingCentral's own for JavaScript. With PKCE its loginUrl() makes and keeps the verifier.

export async function peer(packages, { server, app, pkce }) {
  const { SDK } = packages.require("@ringcentral/sdk");
  const sdk = new SDK({
    server,
    clientId: app.clientId,
    ...(app.clientSecret ? { clientSecret: app.clientSecret } : {}),
    redirectUri: app.redirectUris[0],
  });
  const platform = sdk.platform();
  return {
    authorizeUrl: () => platform.loginUrl({ state: "a state", usePKCE: pkce }),
    logIn: (callback) => platform.login(platform.parseLoginRedirect(new URL(callback).search)),
    tokens: () => platform.auth().data(),
    get: async (path, query) => (await platform.get(path, query)).json(),
    bulk: async (path) => {
      const answer = await platform.get(path);
      const parts = await sdk.client().multipart(answer);
      const read = parts.map(async (part) => ({ status: part.status, body: await part.json() }));
      return { status: answer.status, parts: await Promise.all(read) };
    },
    refresh: () => platform.refresh(),
    revoke: async () => {
      const old = await platform.auth().data();
      await platform.logout();
      await platform.auth().setData(old);
    },
  };
}
