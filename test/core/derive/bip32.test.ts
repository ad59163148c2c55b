import { HDNodeWallet } from 'ethers';
import t from 'tap';
import { deriveChild } from '../../../core/derive/bip32.ts';
import { InvariantViolation } from '../../../core/errors.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, bytesOf, hexOf, modQ, valueOf } from '../../support/arith.ts';
import { randomOf } from '../../support/rng.ts';

const env = { arith };
const fromHex = (hex: string): Uint8Array => bytesOf(hex.slice(2));

t.test('children and the sum of tweaks agree with an independent implementation', (t) => {
  const random = randomOf(t);
  for (let k = 0; k < 4; k++) {
    const root = HDNodeWallet.fromSeed(random.bytes(32));
    const parent = { publicKey: fromHex(root.publicKey), chainCode: fromHex(root.chainCode) };
    const path = Array.from({ length: k }, () => random.below(2 ** 31));
    const expected = path.reduce((node, index) => node.deriveChild(index), root);
    const child = deriveChild(env, parent, path);
    t.equal(hexOf(child.publicKey), expected.publicKey.slice(2));
    t.equal(hexOf(child.chainCode), expected.chainCode.slice(2));
    t.equal(modQ(BigInt(root.privateKey) + valueOf(child.delta)), BigInt(expected.privateKey));
  }
  t.end();
});

t.test('the largest index without hardening is derived, the next is refused', (t) => {
  const root = HDNodeWallet.fromSeed(randomOf(t).bytes(32));
  const parent = { publicKey: fromHex(root.publicKey), chainCode: fromHex(root.chainCode) };
  t.equal(deriveChild(env, parent, [2 ** 31 - 1]).publicKey.length, 33);
  for (const index of [2 ** 31, -1, 0.5, Number.NaN]) {
    assertAborts(() => deriveChild(env, parent, [0, index]), { check: 'C-51', culprits: [] });
  }
  t.end();
});

t.test('a parent that is no point is our own fault', (t) => {
  const parent = { publicKey: new Uint8Array(33), chainCode: new Uint8Array(32) };
  t.throws(() => deriveChild(env, parent, []), InvariantViolation);
  t.end();
});
