/**
 * What figures of different machines and days are compared by: the CPU time of one ECDSA
 * verification by @noble/curves, measured in the same run.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { cpuMs, median } from './measure.ts';

const MESSAGE = new Uint8Array(32).fill(1);
const BATCH = 20;

/** Milliseconds of one verification. */
export function yardstickMs(): number {
  const { secretKey, publicKey } = secp256k1.keygen();
  const signature = secp256k1.sign(MESSAGE, secretKey);
  const batch = (): number =>
    cpuMs(() => {
      for (let i = 0; i < BATCH; i++) secp256k1.verify(signature, MESSAGE, publicKey);
    }) / BATCH;
  batch();
  return median(Array.from({ length: 5 }, batch));
}
