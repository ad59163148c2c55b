/** Section `hash`. */
import { wideHash, taggedHash, taggedXof } from '../../core/hash/transcript.ts';
import { multiply } from '../../core/reference/gf128.ts';
import type { HsTag, ThTag } from '../../core/tags.ts';
import { sha256 } from '../support/rng.ts';
import { arith, hex, kat, ks, unhex, utf8 } from './labels.ts';
import type { Tree } from './tree.ts';

const RFC_9380_DST = 'QUUX-V01-CS02-with-secp256k1_XMD:SHA-256_SSWU_RO_';

/** The vectors' own tags, outside the registry of the protocol. */
const DEMO = 'demo' as ThTag;
const DEMO_HS = 'demo/hs' as HsTag;

const th = (...parts: readonly string[]): string =>
  hex(taggedHash(sha256, DEMO, ...parts.map(utf8)));

export function hashSection(): Tree {
  const { scalar, point } = arith;
  const x127 = unhex('00000000000000000000000000000080');
  const x = unhex('02000000000000000000000000000000');
  const hs = scalar.reduceWide(wideHash(sha256, DEMO_HS, utf8('a')));
  return {
    'KAT x 32': hex(kat('x', 32)),
    'KS x': hex(scalar.encode(ks(arith, 'x'))),
    'TH demo a,bc': th('a', 'bc'),
    'TH demo ab,c': th('ab', 'c'),
    'XOF demo/xof 40 a': hex(taggedXof(sha256, 'demo/xof', 40, utf8('a'))),
    'HS demo/hs a': hex(scalar.encode(hs)),
    'gf128 x^127*x': hex(multiply(x127, x)),
    'gf128 KAT(gfa,16)*KAT(gfb,16)': hex(multiply(kat('gfa', 16), kat('gfb', 16))),
    'h2c RFC9380 J.8.1 empty msg': hex(
      point.encode(point.hashToCurve(new Uint8Array(), RFC_9380_DST)),
    ),
  };
}
