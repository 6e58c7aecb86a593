// A certified OpenID provider. argv: where oidc-provider is installed, and a JSON file with the
// server's key and certificate, the clients' authority and what is registered. It prints one line
// with its issuer when it listens, on a port of its choice.
import { createServer } from "node:https";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [installed, settingsFile] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, "utf8"));
const { default: Provider, errors } = await import(
  createRequire(`${installed}/`).resolve("oidc-provider")
);
const certificateOf = (ctx) => ctx.socket.getPeerX509Certificate?.();

const configuration = {
  clients: settings.clients,
  scopes: settings.scopes,
  jwks: settings.jwks,
  clientAuthMethods: [...new Set(settings.clients.map((c) => c.token_endpoint_auth_method))],
  enabledJWA: {
    clientAuthSigningAlgValues: ["HS256", "RS256", "PS256", "ES256", "EdDSA"],
  },
  ttl: { ClientCredentials: settings.lifetimeSeconds },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      getCertificate: certificateOf,
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) =>
        property === "tls_client_auth_san_dns" &&
        (certificateOf(ctx).subjectAltName ?? "").split(", ").includes(`DNS:${expected}`),
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => {
        if (resource !== settings.resource) throw new errors.InvalidTarget();
        return {
          scope: settings.scopes.join(" "),
          audience: resource,
          accessTokenTTL: settings.lifetimeSeconds,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        };
      },
    },
  },
};

let handle;
const tls = {
  key: readFileSync(settings.key),
  cert: readFileSync(settings.certificate),
  ca: readFileSync(settings.authority),
  requestCert: true,
  rejectUnauthorized: false,
};
const server = createServer(tls, (request, response) => handle(request, response));
server.listen(0, "127.0.0.1", () => {
  const issuer = `https://localhost:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  if (settings.takesJson) provider.use(jsonAsForm);
  provider.on("server_error", (_ctx, error) => console.error("server_error", error));
  handle = provider.callback();
  console.log(`issuer ${issuer}`);
});

// Camunda SaaS and Auth0 take the parameters as a JSON object too.
async function jsonAsForm(ctx, next) {
  if (ctx.method === "POST" && ctx.is("application/json")) {
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    ctx.req.headers["content-type"] = "application/x-www-form-urlencoded";
    ctx.req.body = JSON.parse(Buffer.concat(chunks).toString());
  }
  await next();
}
