/**
 * The one strict decoder of what other parties send (spec §1.3): exact length first, then
 * canonical points and scalars. Every failure names the sender.
 * @module
 */
import type { Arith, Point, Scalar } from '../arith.ts';
import { ensure, ensurePresent, type AbortCode } from '../errors.ts';
import { POINT_BYTES, SCALAR_BYTES } from '../params.ts';
import type { PartyIndex } from '../types.ts';
import { chunks } from './bytes.ts';

/** Reads fields of fixed width in order; the total length was checked before. */
export class Reader {
  readonly #arith: Arith;
  readonly #from: PartyIndex;
  readonly #bytes: Uint8Array;
  #offset = 0;

  /** Checks the exact length of a payload (C-05, or the length check named by `code`). */
  constructor(
    arith: Arith,
    payload: Uint8Array,
    length: number,
    from: PartyIndex,
    code: AbortCode = 'PAYLOAD_LENGTH',
  ) {
    ensure(code, payload.length === length, [from]);
    this.#arith = arith;
    this.#bytes = payload;
    this.#from = from;
  }

  /** The next `length` bytes, copied. */
  bytes(length: number): Uint8Array {
    const part = this.#bytes.slice(this.#offset, this.#offset + length);
    this.#offset += length;
    return part;
  }

  point(): Point {
    return decodePoint(this.#arith, this.bytes(POINT_BYTES), this.#from);
  }

  points(count: number): Point[] {
    return Array.from({ length: count }, () => this.point());
  }

  scalar(): Scalar {
    return decodeScalar(this.#arith, this.bytes(SCALAR_BYTES), this.#from);
  }
}

/** A canonical compressed point (C-17), or the check named by `code`. */
export function decodePoint(
  arith: Arith,
  bytes: Uint8Array,
  from: PartyIndex,
  code: AbortCode = 'POINT_INVALID',
): Point {
  return ensurePresent(code, arith.point.decode(bytes), [from]);
}

/** A canonical scalar, zero allowed (C-18). */
export function decodeScalar(arith: Arith, bytes: Uint8Array, from: PartyIndex): Scalar {
  const sized = bytes.length === SCALAR_BYTES;
  ensure('SCALAR_INVALID', sized, [from]);
  const { value, canonical } = arith.scalar.decode(bytes);
  ensure('SCALAR_INVALID', canonical, [from]);
  return value;
}

/** Encoded scalars of a list already found canonical. */
export function scalarsOf(arith: Arith, bytes: Uint8Array): Scalar[] {
  const count = bytes.length / SCALAR_BYTES;
  return chunks(bytes, SCALAR_BYTES, count).map((word) => arith.scalar.decode(word).value);
}
