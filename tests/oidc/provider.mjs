// A real OpenID provider (oidc-provider, certified). It prints its address, reads the client's callback from
// standard input, and lets anybody in as the person named in argv.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const [email, verified] = process.argv.slice(2);
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
          claims: () => ({ sub: id, email, email_verified: verified === 'true', name: 'Ann' }),
        }),
      });
      server.on('request', provider.callback());
      console.log(JSON.stringify({ ready: true }));
    })
    .on('close', () => process.exit(0));
});
