/**
 * C-62, P-33: nothing secret in what leaves a signer in clear, in what it writes and in what it
 * logs, over a full run with failures. The secrets are known to the test because it sits where they
 * are made: at the sealer, at the arithmetic and at the pair table.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import t from 'tap';
import { createReferenceArith, type Arith, type PartyIndex } from '../../core/index.ts';
import { encodeFrame } from '../../wire/relay-frame.ts';
import { signerService } from '../../wire/services.ts';
import { SealFailure } from '../../signer/ports.ts';
import { dealPair } from '../support/dealer.ts';
import { startSigners, type Signers } from '../support/in-process-signers.ts';
import { createSecretScan, type Secret } from '../support/secret-scan.ts';
import { until } from '../support/until.ts';
import { createWallet, openSigning, resultOf } from '../support/wallets.ts';

/** Every scalar that is drawn or derived by hashing: coefficients, nonces, phi, proof nonces. */
function watching(secrets: Secret[], index: PartyIndex): () => Arith {
  return () => {
    const arith = createReferenceArith();
    const reduceWide: Arith['scalar']['reduceWide'] = (bytes) => {
      const scalar = arith.scalar.reduceWide(bytes);
      secrets.push({ name: `drawn scalar of ${index}`, bytes: arith.scalar.encode(scalar) });
      return scalar;
    };
    return { ...arith, scalar: { ...arith.scalar, reduceWide } };
  };
}

/** Leaves, choice string and seeds of a pair: copies, for they are going to be erased. */
function secretsOfPair(s: Signers, self: PartyIndex, peer: PartyIndex): Secret[] {
  const pair = s.at(self).signer.pairs.active(peer);
  if (pair === undefined) throw new Error('no pair');
  const { asSender, asReceiver, zeroSeed } = pair;
  const leaves = [asSender.leaves, asReceiver.leaves].flatMap((all) =>
    Array.from({ length: all.length / 16 }, (_, k) => all.slice(16 * k, 16 * k + 16)),
  );
  const whose = `pair ${self}-${peer}`;
  return [
    { name: `zero seed of ${whose}`, bytes: zeroSeed.slice() },
    { name: `Delta of ${whose}`, bytes: asSender.delta.slice() },
    ...leaves
      // The punctured leaf of Alice is zero.
      .filter((leaf) => leaf.some((byte) => byte !== 0))
      .map((bytes) => ({ name: `leaf of ${whose}`, bytes })),
  ];
}

function filesOf(s: Signers): Buffer {
  return Buffer.concat(
    s.indices.flatMap((index) => {
      const { dataDir } = s.at(index);
      return readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name)));
    }),
  );
}

t.test('the scan finds what was planted, in every form', async (t) => {
  const secret = new Uint8Array(32).map((_, k) => 37 * k + 5);
  const scan = createSecretScan([{ name: 'planted', bytes: secret }]);
  const forms: readonly (string | Uint8Array)[] = [
    secret,
    Buffer.from(secret).toString('hex'),
    `0x${Buffer.from(secret).toString('hex').toUpperCase()}`,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    JSON.stringify(secret),
    JSON.stringify([...secret]),
    inspect(secret),
    BigInt(`0x${Buffer.from(secret).toString('hex')}`).toString(),
  ];
  for (const form of forms) {
    const around = Buffer.concat([
      Buffer.from('before '),
      Buffer.from(form),
      Buffer.from(' after'),
    ]);
    t.equal(scan(around).length > 0, true, typeof form === 'string' ? form.slice(0, 20) : 'raw');
  }
  t.same(scan(Buffer.from('nothing of the kind')), []);
  t.throws(() => createSecretScan([{ name: 'short', bytes: secret.slice(0, 8) }]));
});

t.test('C-62 a full run shows no secret anywhere', async (t) => {
  const secrets: Secret[] = [];
  const shown: Buffer[] = [];
  const fault = { sealing: false };
  const s = await startSigners(t, {
    createArith: (index) => watching(secrets, index),
    onSealed: (bytes, context) => {
      secrets.push({ name: `${context['trefoil-kind']} of ${context['trefoil-signer']}`, bytes });
    },
    sealer: (own) => ({
      ...own,
      seal: (plaintext, context) =>
        fault.sealing
          ? Promise.reject(new SealFailure('unavailable', 'no answer'))
          : own.seal(plaintext, context),
    }),
  });
  s.bus.hook((frame) => {
    shown.push(Buffer.from(encodeFrame(frame)));
    return [frame];
  });
  for (const index of s.indices) {
    const { macKey } = s.at(index).secrets;
    secrets.push({ name: `MAC key of ${index}`, bytes: macKey.slice() });
  }

  // A wallet, pairs (one of them really set up), a signature, a restart.
  const wallet = await createWallet(s);
  s.dealPairs();
  await s.bus.open({ parties: [1, 2], subject: { kind: 'pair', generation: 2 } }).settled(60_000);
  const keepPairs = (): void => {
    for (const a of s.indices)
      for (const b of s.indices.filter((other) => other !== a))
        secrets.push(...secretsOfPair(s, a, b));
  };
  keepPairs();
  const signing = await openSigning(s, wallet, { parties: [1, 2, 3] });
  await signing.session.settled();
  await resultOf(s, 1, signing.request.requestId);
  await s.restart(2);
  s.dealPairs(3);
  keepPairs();

  // A burn, a sealer that fails, messages that were changed, a time-out.
  for (const pair of dealPair(s.random, 1, 3, 4)) {
    if (pair.self === 3) pair.asReceiver.leaves.forEach((byte, k, all) => (all[k] = byte ^ 1));
    const { pairs } = s.at(pair.self).signer;
    pairs.beginSetup(pair.peer, 4);
    pairs.addPending(pair);
    pairs.activate(pair);
    pairs.endSetup(pair.peer, 4);
  }
  const burned = await openSigning(s, wallet, { parties: [1, 3] });
  await until('burned', () => burned.session.stateOf(1) === 'aborted');
  t.equal(burned.session.reasons()[1], 'SESSION_BURNED');
  fault.sealing = true;
  const created = await s.client.createWallet(s.time.now());
  const failed = s.bus.open({ parties: s.indices, subject: { kind: 'keygen', request: created } });
  await until('failed', () => failed.aborts.size > 0);
  s.bus.tamper({ round: 2 }, (envelope) => ({ ...envelope, sealed: new Uint8Array(64) }));
  const garbled = await openSigning(s, wallet, { parties: [1, 2], timeoutMs: 1000 });
  await until('R2 came', () => garbled.session.round(2).size === 2);
  s.time.advance(60_000);
  await garbled.session.settled();

  // What came out: frames both ways, answers, logs, metrics, files before and after a checkpoint.
  shown.push(...s.bus.received.map(({ frame }) => Buffer.from(encodeFrame(frame))));
  for (const index of s.indices) {
    const { call, signer } = s.at(index);
    const { keyId } = wallet;
    shown.push(Buffer.from(inspect(await call(signerService.getInfo, {}), { depth: 9 })));
    shown.push(Buffer.from(inspect(await call(signerService.getKey, { keyId }), { depth: 9 })));
    shown.push(Buffer.from(await signer.metrics.registry.metrics()));
  }
  const files = [filesOf(s)];
  for (const index of s.indices) s.at(index).store.checkpoint();
  files.push(filesOf(s));

  const kinds = new Set(secrets.map(({ name }) => name.split(' ')[0]));
  t.same([...kinds].sort(), [
    'Delta',
    'MAC',
    'drawn',
    'hedge',
    'identity',
    'leaf',
    'share',
    'zero',
  ]);
  const scan = createSecretScan(secrets.filter(({ bytes }) => bytes.some((byte) => byte !== 0)));
  t.same(scan(Buffer.concat(shown)), [], `${shown.length} frames and answers`);
  t.same(scan(Buffer.from(s.logs.join(''))), [], `${s.logs.length} lines of log`);
  t.same(scan(Buffer.concat(files)), [], 'files');
  t.ok(Buffer.concat(files).includes(Buffer.from(wallet.facts.publicKey)), 'the files were read');
  t.ok(
    s.logs.some((line) => line.includes('SESSION_BURNED')),
    'the failures were logged',
  );
});
