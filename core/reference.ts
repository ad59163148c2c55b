/**
 * The reference implementation of the arithmetic port over @noble/curves, @noble/hashes and
 * BigInt: the oracle of every other implementation. It is **not constant-time** and cannot wipe
 * BigInts (spec §14); SECURITY.md says what that means for a deployment.
 * @module
 */
import { blake3 } from '@noble/hashes/blake3.js';
import type { Arith, PublicScalar, Scalar, ScalarVector } from './arith.ts';
import { ascii } from './codec/bytes.ts';
import { TAG_PREFIX } from './tags.ts';
import { referencePoints, referenceScalars } from './reference/curve.ts';
import { blindHandles } from './reference/handles.ts';
import { referenceOt } from './reference/ot.ts';
import { referenceVole } from './reference/vole.ts';

/** Compares all positions whatever they hold; the length is public. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

export function createReferenceArith(): Arith {
  const scalars = blindHandles<Scalar, bigint, PublicScalar>();
  const vectors = blindHandles<ScalarVector, bigint[]>();
  return {
    scalar: referenceScalars(scalars),
    point: referencePoints(scalars),
    blake3: {
      deriveKey: (tag, material) =>
        blake3(material, { context: ascii(TAG_PREFIX + tag), dkLen: 32 }),
      keyed: (key, message, length) => blake3(message, { key, dkLen: length }),
    },
    ot: referenceOt(vectors),
    vole: referenceVole(scalars, vectors),
    equal,
    wipe: () => undefined,
  };
}
