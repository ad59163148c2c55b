import { X509Certificate, webcrypto } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import t from 'tap';
import { createAuthority, issueCertificate, needsRenewal } from '../../../cli/local/pki.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const DAY_MS = 86_400_000;
const modules = { crypto: webcrypto, now: () => NOW };

await t.test('issues a certificate whose one URI is the SPIFFE name', async (t) => {
  const authority = await createAuthority('local', modules);
  const { cert } = await issueCertificate(
    authority,
    { uri: 'spiffe://local/signer/2', server: true, client: false },
    modules,
  );

  const parsed = new X509Certificate(cert);
  const root = new X509Certificate(authority.cert);
  t.equal(
    parsed.subjectAltName,
    'URI:spiffe://local/signer/2, DNS:localhost, IP Address:127.0.0.1',
  );
  t.ok(parsed.checkIssued(root));
  t.ok(parsed.verify(root.publicKey));
  t.notOk(parsed.ca);
  t.ok(root.ca);
  t.same(parsed.keyUsage, ['1.3.6.1.5.5.7.3.1']);
});

await t.test('gives a client certificate no server name', async (t) => {
  const authority = await createAuthority('local', modules);
  const { cert } = await issueCertificate(
    authority,
    { uri: 'spiffe://local/client/demo', server: false, client: true },
    modules,
  );

  const parsed = new X509Certificate(cert);
  t.equal(parsed.subjectAltName, 'URI:spiffe://local/client/demo');
  t.same(parsed.keyUsage, ['1.3.6.1.5.5.7.3.2']);
});

await t.test('asks for renewal 30 days before the end', async (t) => {
  const authority = await createAuthority('local', modules);
  const { cert } = await issueCertificate(
    authority,
    { uri: 'spiffe://local/client/demo', server: false, client: true },
    modules,
  );

  t.notOk(needsRenewal(cert, NOW));
  t.notOk(needsRenewal(cert, NOW + 366 * DAY_MS));
  t.ok(needsRenewal(cert, NOW + 368 * DAY_MS));
});

await t.test(
  'makes certificates that a TLS 1.3 server and client accept of each other',
  async (t) => {
    const current = { crypto: modules.crypto, now: Date.now };
    const authority = await createAuthority('local', current);
    const issue = (name: string) =>
      issueCertificate(
        authority,
        { uri: `spiffe://local/${name}`, server: true, client: true },
        current,
      );
    const [serving, calling] = await Promise.all([issue('coordinator/a'), issue('client/demo')]);

    const server = createServer({
      ...serving,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
    });
    t.teardown(() => server.close());
    const seen = new Promise<string | undefined>((resolve) => {
      server.on('secureConnection', (socket) => {
        resolve(socket.getPeerCertificate().subjectaltname);
        socket.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const socket = connect({
      ...calling,
      ca: authority.cert,
      port: address.port,
      host: '127.0.0.1',
    });
    t.teardown(() => socket.destroy());

    t.match(await seen, /URI:spiffe:\/\/local\/client\/demo/);
  },
);
