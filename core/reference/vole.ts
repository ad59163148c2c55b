/**
 * The reference's multiplication vectors (spec §6) over BigInt.
 * @module
 */
import { blake3 } from '@noble/hashes/blake3.js';
import type { PublicScalar, Scalar, ScalarVector, VoleArith } from '../arith.ts';
import { bitAt, u32 } from '../codec/bytes.ts';
import { LANES, SCALAR_BYTES, XI } from '../params.ts';
import type { ScalarHandles } from './curve.ts';
import type { Handles } from './handles.ts';
import { mod, q, readBigEndian, readLittleEndian, writeScalar } from './integers.ts';

const at = (vector: readonly bigint[], index: number): bigint => vector[index] ?? 0n;

function encodeAll(values: readonly bigint[]): Uint8Array {
  const out = new Uint8Array(SCALAR_BYTES * values.length);
  values.forEach((value, i) => {
    writeScalar(out, SCALAR_BYTES * i, value);
  });
  return out;
}

const wordAt = (words: Uint8Array, index: number): bigint =>
  readBigEndian(words.subarray(SCALAR_BYTES * index, SCALAR_BYTES * (index + 1)));

export function referenceVole(
  scalars: ScalarHandles,
  vectors: Handles<ScalarVector, bigint[]>,
): VoleArith {
  const gadgetOf = (g: readonly PublicScalar[], j: number): bigint => {
    const g_j = g[j];
    return g_j === undefined ? 0n : scalars.open(g_j);
  };
  const sumOverGadget = (g: readonly PublicScalar[], term: (j: number) => bigint): Scalar => {
    let sum = 0n;
    for (let j = 0; j < XI; j++) sum += gadgetOf(g, j) * term(j);
    return scalars.wrap(mod(sum));
  };
  return {
    gadget: (KG) => {
      const h = blake3(u32(0), { key: KG, dkLen: SCALAR_BYTES * XI });
      return Array.from({ length: XI }, (_, j) => {
        const value = readLittleEndian(h, SCALAR_BYTES * j);
        return scalars.wrap(value >= q ? value - q : value);
      });
    },
    gadgetBits: (g, beta, m) => sumOverGadget(g, (j) => BigInt(bitAt(beta, XI * m + j))),
    gadgetSum: (g, handle, m, lane) => {
      const vector = vectors.open(handle);
      return sumOverGadget(g, (j) => at(vector, LANES * (XI * m + j) + lane));
    },
    correlate: (handle0, handle1, inputs) => {
      const [alpha0, alpha1] = [vectors.open(handle0), vectors.open(handle1)];
      const flat = inputs.map((lanes) => lanes.map((input) => scalars.open(input)));
      return encodeAll(
        alpha0.map((value, index) => {
          const input = flat[Math.floor(index / (LANES * XI))]?.[index % LANES] ?? 0n;
          return mod(value - at(alpha1, index) + input);
        }),
      );
    },
    allCanonical: (words) => {
      let canonical = true;
      for (let i = 0; i * SCALAR_BYTES < words.length; i++) {
        if (wordAt(words, i) >= q) canonical = false;
      }
      return canonical;
    },
    receive: (handle, beta, At) =>
      vectors.wrap(
        vectors.open(handle).map((value, index) => {
          const bit = BigInt(bitAt(beta, Math.floor(index / LANES)));
          return mod(value + bit * wordAt(At, index));
        }),
      ),
    fold: (handle, thetas, correction) => {
      const vector = vectors.open(handle);
      const folded = thetas.flatMap(([theta_0, theta_1], m) => {
        const [th0, th1] = [scalars.open(theta_0), scalars.open(theta_1)];
        const eta_m = correction?.eta[m];
        const eta = eta_m === undefined ? 0n : scalars.open(eta_m);
        return Array.from({ length: XI }, (_, j) => {
          const J = XI * m + j;
          const bit = correction === undefined ? 0n : BigInt(bitAt(correction.beta, J));
          const lanes = LANES * J;
          const sum = at(vector, lanes + 2) + th0 * at(vector, lanes) + th1 * at(vector, lanes + 1);
          return mod(sum - bit * eta);
        });
      });
      return encodeAll(folded);
    },
  };
}
