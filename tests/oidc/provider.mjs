// A real OpenID provider (oidc-provider, certified). It prints its address, reads the client's callback from
// standard input, and lets anybody in under one of the logins below, with any password.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const CLAIMS = {
  ann: { email: 'ann@example.org', email_verified: true },
  'unverified-ann': { email: 'ann@example.org', email_verified: false },
  stranger: { email: 'stranger@example.org', email_verified: true },
};
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ issuer }));
  createInterface({ input: process.stdin })
    .on('line', (callback) => {
      const provider = new Provider(issuer, {
        clients: [{ client_id: 'otnet', client_secret: 'secret-of-otnet', redirect_uris: [callback] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        conformIdTokenClaims: false,
        findAccount: (_context, id) => ({
          accountId: id,
          claims: () => ({ sub: id, ...CLAIMS[id], name: 'Ann' }),
        }),
      });
      server.on('request', provider.callback());
      console.log(JSON.stringify({ ready: true }));
    })
    .on('close', () => process.exit(0));
});
