/**
 * The reference arithmetic with a memory for the point operations of base OT: replays of pair
 * set-up repeat 128 instances of which one changed.
 */
import { createReferenceArith, toHex, type Arith } from '../../core/index.ts';
import type { Point } from '../../core/arith.ts';

function remember<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

export function createMemoArith(): Arith {
  const base = createReferenceArith();
  const { point, scalar } = base;
  const decoded = new Map<string, { readonly P: Point | undefined }>();
  const hashed = new Map<string, Point>();
  const encoded = new WeakMap<Point, Uint8Array>();
  const sums = new WeakMap<Point, WeakMap<Point, Point>>();
  const products = new WeakMap<Point, Map<string, Point>>();
  return {
    ...base,
    point: {
      ...point,
      decode: (bytes) => remember(decoded, toHex(bytes), () => ({ P: point.decode(bytes) })).P,
      hashToCurve: (message, dst) =>
        remember(hashed, toHex(message), () => point.hashToCurve(message, dst)),
      encode: (P) => {
        const bytes = encoded.get(P) ?? point.encode(P);
        encoded.set(P, bytes);
        return bytes.slice();
      },
      add: (P, Q) => {
        const ofP = sums.get(P) ?? new WeakMap<Point, Point>();
        const sum = ofP.get(Q) ?? point.add(P, Q);
        sums.set(P, ofP.set(Q, sum));
        return sum;
      },
      mul: (k, P) => {
        const ofP = products.get(P) ?? new Map<string, Point>();
        products.set(P, ofP);
        return remember(ofP, toHex(scalar.encode(k)), () => point.mul(k, P));
      },
    },
  };
}
