import { verify } from 'node:crypto';
import t from 'tap';
import { openDeviceSecrets } from '../../signer/identity.ts';
import type { IdentityBlobs, LockedStore } from '../../signer/ports.ts';
import { deriveMacKey } from '../../signer/store/row-mac.ts';
import { ed25519PublicKey } from '../../wire/ed25519.ts';
import { createMemorySealer } from '../support/memory-sealer.ts';
import { seededRandom } from '../support/rng.ts';
import { failureOf } from '../support/signer-store.ts';

const owner = { cluster: 'test', index: 1 };

function emptyStore(): Pick<LockedStore, 'readIdentity' | 'createIdentity'> & {
  readonly blobs: () => IdentityBlobs | undefined;
} {
  let stored: IdentityBlobs | undefined;
  return {
    readIdentity: () => stored,
    createIdentity: (blobs) => {
      if (stored) throw new Error('made twice');
      stored = blobs;
    },
    blobs: () => stored,
  };
}

/** Random bytes whose arrays are kept, to see what became of them. */
function watchedRandom() {
  const random = seededRandom('identity');
  const drawn: Uint8Array[] = [];
  return {
    drawn,
    random: (length: number): Uint8Array => {
      const bytes = random.bytes(length);
      drawn.push(bytes);
      return bytes;
    },
  };
}

t.test('an identity is made once and is the same ever after', async (t) => {
  const store = emptyStore();
  const sealer = createMemorySealer();
  const { random, drawn } = watchedRandom();
  const made = await openDeviceSecrets(store, owner, { sealer, random });
  t.equal(drawn.length, 2);
  t.ok(
    drawn[0]?.every((byte) => byte === 0),
    'the seed is wiped',
  );
  const opened = await openDeviceSecrets(store, owner, { sealer, random });
  t.equal(drawn.length, 2, 'nothing is drawn again');
  t.same(opened.identity.publicKey, made.identity.publicKey);
  t.same(opened.hedge, made.hedge);
  t.same(opened.macKey, deriveMacKey(made.hedge));
  t.not(opened.hedge, made.hedge, 'a copy of its own');

  const message = Buffer.from('a message');
  const key = ed25519PublicKey(made.identity.publicKey);
  t.ok(key && verify(null, message, key, opened.identity.sign(message)));
});

t.test('only sealed bytes are stored', async (t) => {
  const store = emptyStore();
  const random = seededRandom('sealed');
  const seen: Uint8Array[] = [];
  const sealer = createMemorySealer();
  await openDeviceSecrets(store, owner, {
    sealer: {
      ...sealer,
      seal: (plaintext, context) => {
        seen.push(plaintext.slice());
        return sealer.seal(plaintext, context);
      },
    },
    random: random.bytes,
  });
  const { identity, hedge } = store.blobs() ?? {
    identity: new Uint8Array(),
    hedge: new Uint8Array(),
  };
  const stored = Buffer.concat([identity, hedge]);
  t.equal(seen.length, 2);
  for (const secret of seen) t.equal(stored.indexOf(secret), -1);
});

t.test('identity and hedge are sealed for their own places', async (t) => {
  const store = emptyStore();
  const sealer = createMemorySealer();
  const random = seededRandom('places');
  await openDeviceSecrets(store, owner, { sealer, random: random.bytes });
  const blobs = store.blobs();
  if (blobs === undefined) throw new Error('nothing stored');
  const swapped = {
    ...store,
    readIdentity: () => ({ identity: blobs.hedge, hedge: blobs.identity }),
  };
  const failure = await failureOf(() =>
    openDeviceSecrets(swapped, owner, { sealer, random: random.bytes }),
  );
  t.equal(failure.name, 'SealFailure');
  const other = await failureOf(() =>
    openDeviceSecrets(store, { ...owner, index: 2 }, { sealer, random: random.bytes }),
  );
  t.equal(other.name, 'SealFailure', 'of another signer');
});

t.test('a sealer that fails makes no identity', async (t) => {
  const store = emptyStore();
  const sealer = createMemorySealer();
  sealer.failWith('unavailable');
  const random = seededRandom('fails');
  await failureOf(() => openDeviceSecrets(store, owner, { sealer, random: random.bytes }));
  t.equal(store.blobs(), undefined);
});
