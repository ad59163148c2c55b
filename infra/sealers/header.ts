/**
 * The envelope's header as bytes, see envelope.ts. One value has one encoding: decoding refuses
 * everything that does not encode to the same bytes again.
 * @module
 */
import { Buffer } from 'node:buffer';
import { SealFailure } from '../../signer/ports.ts';

const FORMAT = 1;
/** HKDF-SHA256, key commitment, AES-256-GCM. */
const ALGORITHM = 1;
const MAX_PAIRS = 16;
/** Longest header that is looked at; a data key wrapped by KMS is below 6,200 bytes. */
export const HEADER_LIMIT = 16_384;

export type Header = {
  readonly provider: string;
  readonly kekId: string;
  readonly edk: Uint8Array;
  readonly context: Readonly<Record<string, string>>;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly commit: Uint8Array;
};

/** Without `commit`: the core, which the key derivation binds. */
export function encodeHeader(header: Omit<Header, 'commit'> & { commit?: Uint8Array }): Buffer {
  const names = Object.keys(header.context).sort(byBytes);
  return Buffer.concat([
    Uint8Array.of(FORMAT, ALGORITHM),
    prefixed(header.provider),
    prefixed(header.kekId),
    prefixed(header.edk),
    Uint8Array.of(names.length),
    ...names.flatMap((name) => [prefixed(name), prefixed(header.context[name] ?? '')]),
    prefixed(header.salt),
    prefixed(header.nonce),
    ...(header.commit ? [prefixed(header.commit)] : []),
  ]);
}

/** Decodes the header at the start of `blob`; `length` is its size in bytes. */
export function decodeHeader(blob: Uint8Array): { header: Header; length: number } {
  const reader = new Reader(blob.subarray(0, HEADER_LIMIT));
  if (reader.u8() !== FORMAT || reader.u8() !== ALGORITHM)
    throw damaged('the blob has an unknown format');
  const provider = reader.text();
  const kekId = reader.text();
  const edk = reader.bytes();
  const header: Header = {
    provider,
    kekId,
    edk,
    context: readContext(reader),
    salt: reader.bytes(),
    nonce: reader.bytes(),
    commit: reader.bytes(),
  };
  const length = reader.offset;
  if (!encodeHeader(header).equals(blob.subarray(0, length)))
    throw damaged('the blob has a header in another than its one encoding');
  return { header, length };
}

function readContext(reader: Reader): Record<string, string> {
  const pairs = reader.u8();
  if (pairs > MAX_PAIRS) throw damaged('the blob has too large a context');
  const names = Array.from({ length: pairs }, () => [reader.text(), reader.text()] as const);
  // Unlike assignment, this takes a name like __proto__ as a name.
  return Object.fromEntries(names);
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function prefixed(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length > 0xffff) throw new SealFailure('misconfigured', 'a header field is too long');
  const out = Buffer.allocUnsafe(2 + bytes.length);
  out.writeUInt16BE(bytes.length);
  out.set(bytes, 2);
  return out;
}

const damaged = (message: string): SealFailure => new SealFailure('not-authentic', message);

class Reader {
  readonly #bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  u8(): number {
    return this.#take(1)[0] ?? 0;
  }

  bytes(): Uint8Array {
    const [high = 0, low = 0] = this.#take(2);
    return this.#take(high * 256 + low);
  }

  /** Invalid UTF-8 becomes U+FFFD, which does not encode to the same bytes again. */
  text(): string {
    return Buffer.from(this.bytes()).toString('utf8');
  }

  #take(length: number): Uint8Array {
    const end = this.offset + length;
    if (end > this.#bytes.length) throw damaged('the blob is truncated or damaged');
    const taken = this.#bytes.subarray(this.offset, end);
    this.offset = end;
    return taken;
  }
}
