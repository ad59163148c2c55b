/** What every implementation of the Sealer port must do. Run by each implementation's own test. */
import { randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import { SealFailure, type SealContext, type Sealer } from '../../signer/ports.ts';

export type SealerUnderTest = {
  readonly sealer: Sealer;
  /** A working sealer of the same provider that holds another key. */
  readonly stranger: Sealer;
  /** Which changes of a blob to try: all bits, or one bit of every byte where a try is dear. */
  readonly flips: 'every-bit' | 'every-byte';
};

const KEY_ID = 'ab'.repeat(32);

export const SHARE_CONTEXT: SealContext = {
  'trefoil-cluster': 'demo',
  'trefoil-signer': 'signer-1',
  'trefoil-kind': 'share',
  'trefoil-key': KEY_ID,
  'trefoil-epoch': '3',
};

const OTHER_CONTEXTS: readonly SealContext[] = [
  { ...SHARE_CONTEXT, 'trefoil-cluster': 'demo2' },
  { ...SHARE_CONTEXT, 'trefoil-signer': 'signer-2' },
  { ...SHARE_CONTEXT, 'trefoil-kind': 'hedge' },
  { ...SHARE_CONTEXT, 'trefoil-key': 'ac'.repeat(32) },
  { ...SHARE_CONTEXT, 'trefoil-epoch': '4' },
];

export async function sealerCompliance(t: Test, under: SealerUnderTest): Promise<void> {
  const { sealer, stranger } = under;
  const plaintext = new Uint8Array(randomBytes(300));
  const blob = await sealer.seal(plaintext, SHARE_CONTEXT);

  await t.test('gives back what was sealed, also empty and large', async (t) => {
    for (const length of [0, 1, 32, 4096, 65_536]) {
      const secret = new Uint8Array(randomBytes(length));
      const opened = await sealer.unseal(await sealer.seal(secret, SHARE_CONTEXT), SHARE_CONTEXT);
      t.ok(Buffer.from(opened).equals(secret), `${length} bytes`);
    }
  });

  await t.test(
    'seals the same secret to another blob each time, and shows none of it',
    async (t) => {
      const again = await sealer.seal(plaintext, SHARE_CONTEXT);
      t.notOk(Buffer.from(again).equals(blob));
      t.equal(Buffer.from(blob).indexOf(plaintext.subarray(0, 8)), -1);
    },
  );

  await t.test('leaves the caller its plaintext and its blob', async (t) => {
    const secret = Uint8Array.of(1, 2, 3);
    const sealed = await sealer.seal(secret, SHARE_CONTEXT);
    const copy = Uint8Array.from(sealed);
    const opened = await sealer.unseal(sealed, SHARE_CONTEXT);
    opened.fill(0);
    t.same([...secret], [1, 2, 3]);
    t.ok(Buffer.from(sealed).equals(copy));
    t.same([...(await sealer.unseal(sealed, SHARE_CONTEXT))], [1, 2, 3]);
  });

  await t.test('refuses a blob of any other context: an old epoch, another kind', async (t) => {
    for (const context of OTHER_CONTEXTS) t.equal(await refusal(sealer, blob, context), true);
  });

  await t.test('refuses a context with one key more or one less', async (t) => {
    const more = { ...SHARE_CONTEXT, 'trefoil-extra': '-' };
    t.equal(await refusal(sealer, blob, more), true);
    t.equal(await refusal(sealer, blob, { ...without('trefoil-epoch') }), true);
  });

  await t.test('refuses the blob of another key', async (t) => {
    const foreign = await stranger.seal(plaintext, SHARE_CONTEXT);
    t.equal(await refusal(sealer, foreign, SHARE_CONTEXT), true);
    t.equal(await refusal(stranger, blob, SHARE_CONTEXT), true);
  });

  await t.test(`refuses a blob with any change: ${under.flips}`, async (t) => {
    let refused = 0;
    const positions = flipPositions(blob.length, under.flips);
    for (const { byte, bit } of positions) {
      const changed = Uint8Array.from(blob);
      changed[byte] = (changed[byte] ?? 0) ^ (1 << bit);
      if (await refusal(sealer, changed, SHARE_CONTEXT)) refused += 1;
    }
    t.equal(refused, positions.length);
  });

  await t.test('refuses a blob cut off anywhere, extended or empty', async (t) => {
    const step = under.flips === 'every-bit' ? 1 : 7;
    let accepted = 0;
    for (let length = 0; length < blob.length; length += step)
      if (!(await refusal(sealer, blob.subarray(0, length), SHARE_CONTEXT))) accepted += 1;
    t.equal(accepted, 0);
    t.equal(await refusal(sealer, Buffer.concat([blob, Buffer.alloc(1)]), SHARE_CONTEXT), true);
  });

  await t.test('seals and unseals 100 at once without mixing them up', async (t) => {
    const secrets = Array.from({ length: 100 }, () => new Uint8Array(randomBytes(40)));
    const contexts = secrets.map((_, k) => ({ ...SHARE_CONTEXT, 'trefoil-epoch': k.toString() }));
    const opened = await Promise.all(
      secrets.map(async (secret, k) => {
        const context = contexts[k] ?? SHARE_CONTEXT;
        return sealer.unseal(await sealer.seal(secret, context), context);
      }),
    );
    t.ok(opened.every((bytes, k) => Buffer.from(bytes).equals(secrets[k] ?? Buffer.of())));
  });

  await t.test('reports health', async (t) => {
    await t.resolves(sealer.health());
  });
}

/**
 * Whether unsealing is refused for good; any other failure is thrown. A key service that finds the
 * name of another key inside a blob may answer `denied`.
 */
async function refusal(sealer: Sealer, blob: Uint8Array, context: SealContext): Promise<boolean> {
  try {
    await sealer.unseal(blob, context);
    return false;
  } catch (error) {
    if (error instanceof SealFailure && ['not-authentic', 'denied'].includes(error.code))
      return true;
    throw error;
  }
}

/** The share context as a caller outside the type system could pass it. */
function without(name: keyof SealContext): SealContext {
  const context = { ...SHARE_CONTEXT };
  Reflect.deleteProperty(context, name);
  return context;
}

function flipPositions(
  length: number,
  flips: SealerUnderTest['flips'],
): { byte: number; bit: number }[] {
  const perByte = flips === 'every-bit' ? [0, 1, 2, 3, 4, 5, 6, 7] : [0];
  return Array.from({ length }, (_, byte) =>
    perByte.map((bit) => ({ byte, bit: flips === 'every-bit' ? bit : byte % 8 })),
  ).flat();
}
