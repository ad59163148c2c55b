/**
 * A signer's device secrets: its Ed25519 identity key and its hedge secret (spec §1.7), sealed in
 * the data directory and made once.
 * @module
 */
import { createIdentitySigner, type IdentitySigner } from '../wire/ed25519.ts';
import type { RandomBytes } from '../core/index.ts';
import type { LockedStore, Sealer } from './ports.ts';
import { deriveMacKey } from './store/row-mac.ts';
import { hedgeContext, identityContext, type SealOwner } from './store/seal-context.ts';
import { wipe } from './wipe.ts';

export type DeviceSecrets = {
  readonly identity: IdentitySigner;
  /** 32 bytes; never leaves this process. */
  readonly hedge: Uint8Array;
  /** Key of the row MACs, derived from the hedge secret. */
  readonly macKey: Uint8Array;
};

export type IdentityModules = { readonly sealer: Sealer; readonly random: RandomBytes };

const SECRET_BYTES = 32;

/**
 * Unseals the identity and the hedge secret, or makes them when the data directory is new. Throws
 * SealFailure and what the store throws.
 */
export async function openDeviceSecrets(
  store: Pick<LockedStore, 'readIdentity' | 'createIdentity'>,
  owner: SealOwner,
  { sealer, random }: IdentityModules,
): Promise<DeviceSecrets> {
  const blobs = store.readIdentity();
  if (blobs === undefined) {
    const seed = random(SECRET_BYTES);
    const hedge = random(SECRET_BYTES);
    const identity = await sealer.seal(seed, identityContext(owner));
    store.createIdentity({ identity, hedge: await sealer.seal(hedge, hedgeContext(owner)) });
    return secretsOf(seed, hedge);
  }
  const seed = await sealer.unseal(blobs.identity, identityContext(owner));
  return secretsOf(seed, await sealer.unseal(blobs.hedge, hedgeContext(owner)));
}

/** Takes ownership of both; the seed is wiped once the key object holds it. */
function secretsOf(seed: Uint8Array, hedge: Uint8Array): DeviceSecrets {
  const identity = createIdentitySigner(seed);
  wipe(seed);
  return { identity, hedge, macKey: deriveMacKey(hedge) };
}
