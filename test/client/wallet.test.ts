import t from 'tap';
import { proveWallet, requireProven } from '../../client/wallet.ts';
import { evmAddress } from '../../wire/payload.ts';
import { createReferenceArith } from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import { keyIdOf } from '../../wire/request.ts';
import type { Wallet } from '../../wire/wallet.ts';
import { createCertificate } from '../support/certificate.ts';
import { seededRandom } from '../support/rng.ts';

const fixture = await createCertificate(seededRandom('wallet'));
const { certificate, request, operator } = fixture;
const env = { arith: createReferenceArith(), sha256 };
const publicKey = certificate.F[0] ?? new Uint8Array();
const keyId = keyIdOf(certificate.createRequest);
const TOLD: Wallet = {
  keyId,
  state: 'active',
  root: { address: evmAddress(publicKey), publicKey, chainCode: certificate.chainCode },
  displayName: request.displayName,
  threshold: request.threshold,
  committee: request.committee,
  purposes: request.purposes,
  certificate,
  createTime: 0,
  ready: true,
};
const TRUST = { cluster: 'test', operatorKeys: [operator.key], keyId };

await t.test('proves a wallet of its own cluster only', async (t) => {
  t.ok(requireProven(proveWallet(env, TOLD, TRUST)).certificateVerified);

  t.throws(
    () => proveWallet(env, TOLD, { ...TRUST, cluster: 'other' }),
    /certificate.roster: is of another cluster/,
  );
  t.throws(() => proveWallet(env, TOLD, { ...TRUST, operatorKeys: [] }), /no valid stamp/);
});

await t.test('takes a wallet that is not active as told, and signs nothing with it', async (t) => {
  for (const state of ['creating', 'failed'] as const) {
    const { root: _root, certificate: _certificate, ...rest } = TOLD;
    const told = proveWallet(env, { ...rest, state }, TRUST);

    t.notOk(told.certificateVerified);
    t.throws(() => requireProven(told), /is (creating|failed)/);
  }
});
