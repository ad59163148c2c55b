/**
 * Looks for known secrets in whatever came out of a process: as they are, in hex, in base64 and as
 * lists of numbers (what JSON and logs make of byte arrays).
 */
import { Buffer } from 'node:buffer';

export type Secret = { readonly name: string; readonly bytes: Uint8Array };

/** Bytes by which a place is recognised; the whole secret is compared then. */
const PREFIX = 8;
/** Shorter values occur by chance. */
const LEAST_BYTES = 16;

/** Bytes as the characters 0 to 255. */
type Needle = { readonly name: string; readonly text: string };

function needlesOf({ name, bytes }: Secret): Needle[] {
  const raw = Buffer.from(bytes);
  const hex = raw.toString('hex');
  const list = [...bytes].join(',');
  const entries = [...bytes].map((byte, i) => `"${String(i)}":${String(byte)}`).join(',');
  const forms: readonly (readonly [string, string | Buffer])[] = [
    ['raw', raw],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    // Without padding, so that it is found in front of whatever follows.
    ['base64', raw.toString('base64').replace(/=+$/, '').slice(0, -1)],
    ['base64url', raw.toString('base64url').slice(0, -1)],
    ['list', list],
    ['object', entries],
    ['decimal', BigInt(`0x${hex}`).toString()],
  ];
  return forms.map(([form, text]) => ({
    name: `${name} (${form})`,
    text: typeof text === 'string' ? text : text.toString('latin1'),
  }));
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === bytes[0]);

/** A search for these secrets. Values that are too short or blank are refused: they prove nothing. */
export function createSecretScan(secrets: readonly Secret[]): (haystack: Uint8Array) => string[] {
  const byPrefix = new Map<string, Needle[]>();
  for (const secret of secrets) {
    if (secret.bytes.length < LEAST_BYTES || isBlank(secret.bytes))
      throw new Error(`${secret.name} is no secret to look for`);
    for (const needle of needlesOf(secret)) {
      const prefix = needle.text.slice(0, PREFIX);
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), needle]);
    }
  }
  const search = (text: string): string[] => {
    const found = new Set<string>();
    for (let at = 0; at + PREFIX <= text.length; at += 1) {
      for (const { name, text: needle } of byPrefix.get(text.slice(at, at + PREFIX)) ?? [])
        if (text.startsWith(needle, at)) found.add(name);
    }
    return [...found];
  };
  return (haystack) => {
    const text = Buffer.from(haystack).toString('latin1');
    // Printed lists have blanks and line breaks where they fit the page.
    const dense = text.replace(/\s+/g, '');
    return [...new Set([...search(text), ...search(dense)])];
  };
}
