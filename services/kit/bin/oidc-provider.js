#!/usr/bin/env node
/**
 * An OpenID Connect provider on loopback, for tests and for trying the sign-in on one machine. No password is asked: whoever
 * types the name of a person is that person.
 *
 *   node services/kit/bin/oidc-provider.js PORT PEOPLE.json REDIRECT_URI...
 *
 * PEOPLE.json: name → claims, read anew for each sign-in. The client is `banyan`; its secret is `banyan-test-secret`,
 * unless the variable PUBLIC_CLIENT is set. It writes {"issuer"} on a line when it listens.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [port, people, ...redirectUris] = process.argv.slice(2);

const server = createServer();
await new Promise((resolve, reject) => {
  server.once('error', reject);
  server.listen(Number(port), '127.0.0.1', () => resolve(undefined));
});
const issuer = `http://127.0.0.1:${server.address().port}`;

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const isPublic = Boolean(process.env['PUBLIC_CLIENT']);

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'banyan',
      redirect_uris: redirectUris,
      ...(isPublic
        ? { token_endpoint_auth_method: 'none' }
        : { client_secret: 'banyan-test-secret', token_endpoint_auth_method: 'client_secret_basic' }),
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, userinfo: { enabled: true } },
  async findAccount(_context, name) {
    const claims = JSON.parse(await readFile(people, 'utf8'))[name];
    if (claims === undefined) return undefined;
    return { accountId: name, claims: async () => ({ sub: name, preferred_username: name, ...claims }) };
  },
  // Consent is asked once, by the operator who registered the client: as organisations set it up.
  async loadExistingGrant(context) {
    const { client, session, provider: self } = context.oidc;
    const grant = new self.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});
server.on('request', provider.callback());
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
