/**
 * Raw protobuf writing for tests: the encodings that decoders accept and this service refuses.
 */

/** A varint; `padding` adds bytes that the shortest form does not have. */
export function varint(value: number | bigint, padding = 0): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  for (let i = 0; i < padding; i++) {
    const last = bytes.length - 1;
    bytes[last] = (bytes[last] ?? 0) | 0x80;
    bytes.push(0);
  }
  return Uint8Array.from(bytes);
}

export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts));

/** A varint field. */
export const number = (field: number, value: number | bigint, padding = 0): Uint8Array =>
  join(varint(field * 8), varint(value, padding));

/** A length-delimited field. */
export function bytes(field: number, content: Uint8Array | string): Uint8Array {
  const raw = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return join(varint(field * 8 + 2), varint(raw.length), raw);
}
