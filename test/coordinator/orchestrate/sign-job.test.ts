import { secp256k1 } from '@noble/curves/secp256k1.js';
import t from 'tap';
import type { Completed } from '../../../coordinator/orchestrate/attempts.ts';
import {
  acceptStored,
  combine,
  createJob,
  decodeRequest,
  responseOf,
} from '../../../coordinator/orchestrate/sign-job.ts';
import { createReferenceArith } from '../../../core/index.ts';
import { createTestClient, rawItem } from '../../support/client-requests.ts';
import { like } from '../../support/like.ts';
import { randomOf } from '../../support/rng.ts';
import { isSignatureBy } from '../../../wire/signature.ts';

const arith = createReferenceArith;
const secret = secp256k1.utils.randomSecretKey();
const publicKey = secp256k1.getPublicKey(secret, true);
const key = {
  ...{ publicKey, chainCode: new Uint8Array(32).fill(1), certificate: new Uint8Array() },
  address: '',
};

function signed(digest: Uint8Array) {
  const bytes = secp256k1.sign(digest, secret, { prehash: false, format: 'recovered' });
  const signature = secp256k1.Signature.fromBytes(bytes, 'recovered');
  const compact = signature.toBytes('compact');
  return { r: compact.slice(0, 32), s: compact.slice(32), recid: signature.recovery ?? 0 };
}

async function job(digest: Uint8Array) {
  const stamped = await createTestClient().sign(0, new Uint8Array(32), [rawItem(digest)]);
  return createJob(decodeRequest(stamped), key, { arith });
}

t.test('a signature is valid for its digest and key, low and with its recovery id', async (t) => {
  const digest = randomOf(t).bytes(32);
  const good = signed(digest);
  t.ok(isSignatureBy(publicKey, digest, good));

  const q = secp256k1.Point.Fn.ORDER;
  const high = secp256k1.Point.Fn.toBytes(q - secp256k1.Point.Fn.fromBytes(good.s));
  const bad = {
    'another digest': [good, randomOf(t).bytes(32)],
    'the other recovery id': [{ ...good, recid: good.recid ^ 1 }, digest],
    'a high s': [{ ...good, s: high, recid: good.recid ^ 1 }, digest],
    'a zero r': [{ ...good, r: new Uint8Array(32) }, digest],
    'no bytes': [{ ...good, r: new Uint8Array() }, digest],
  } as const;
  for (const [name, [signature, over]] of Object.entries(bad)) {
    t.notOk(isSignatureBy(publicKey, over, signature), name);
  }
  const other = secp256k1.getPublicKey(secp256k1.utils.randomSecretKey(), true);
  t.notOk(isSignatureBy(other, digest, good), 'another key');
});

t.test("a signer's stored result counts only for exactly this request", async (t) => {
  const digest = randomOf(t).bytes(32);
  const own = await job(digest);
  const result = responseOf(own, { signers: [1, 2], signatures: [signed(digest)] });
  const stored = { request32: own.request32, result };

  t.same(acceptStored(own, stored)?.signers, [1, 2]);
  t.equal(acceptStored(own, { ...stored, request32: new Uint8Array(32) }), undefined);
  const [item] = result.results;
  if (!item) throw new Error('no item');
  t.equal(
    acceptStored(own, { ...stored, result: { ...result, results: [item, item] } }),
    undefined,
  );
  const forged = { ...item, ...signed(new Uint8Array(32).fill(1)) };
  t.equal(acceptStored(own, { ...stored, result: { ...result, results: [forged] } }), undefined);
});

t.test('nothing comes out of a session with a broadcast missing', async (t) => {
  const own = await job(new Uint8Array(32));
  const completed: Completed = {
    kind: 'completed',
    ...{ ctx: new Uint8Array(32), sid: new Uint8Array(32), broadcasts: new Map() },
  };
  t.throws(() => combine(own, completed, [1, 2], { arith }), like({ code: 'SIGNATURE_INVALID' }));
});
