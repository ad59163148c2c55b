/**
 * The sealing context of each thing that a signer seals.
 * @module
 */
import { Buffer } from 'node:buffer';
import type { SealContext } from '../ports.ts';

export type SealOwner = {
  /** The cluster's name. */
  readonly cluster: string;
  /** The signer's roster index. */
  readonly index: number;
};

export function identityContext(owner: SealOwner): SealContext {
  return context(owner, 'identity', '-', '-');
}

export function hedgeContext(owner: SealOwner): SealContext {
  return context(owner, 'hedge', '-', '-');
}

/** `keyId`: 32 bytes; `epoch`: u32. */
export function shareContext(owner: SealOwner, keyId: Uint8Array, epoch: number): SealContext {
  return context(owner, 'share', Buffer.from(keyId).toString('hex'), epoch.toString());
}

function context(
  owner: SealOwner,
  kind: SealContext['trefoil-kind'],
  key: string,
  epoch: string,
): SealContext {
  return {
    'trefoil-cluster': owner.cluster,
    'trefoil-signer': `signer-${owner.index}`,
    'trefoil-kind': kind,
    'trefoil-key': key,
    'trefoil-epoch': epoch,
  };
}
