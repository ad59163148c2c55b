/** Section `blake3`. */
import { blake3 } from '@noble/hashes/blake3.js';
import { chunks, concat, u8, u32 } from '../../core/codec/bytes.ts';
import { challengeBlocks, expandNode, hashLeaf, thetaWeights } from '../../core/hash/expand.ts';
import type { KdfTag } from '../../core/tags.ts';
import { arith, hex, kat } from './labels.ts';
import { leaf, type Tree } from './tree.ts';

const { deriveKey, keyed } = arith.blake3;
const scalarHex = (value: Parameters<typeof arith.scalar.encode>[0]): string =>
  hex(arith.scalar.encode(value));

/** F_out(v, J): three scalars, little-endian. */
function columnScalars(KO: Uint8Array, v: Uint8Array, J: number): string[] {
  const h = keyed(KO, concat(v, u32(J)), 96);
  return chunks(h, 32, 3).map((part) =>
    scalarHex(arith.scalar.decode(part.slice().reverse()).value),
  );
}

function keys(
  psid: Uint8Array,
  esid: Uint8Array,
  seed: Uint8Array,
): ReadonlyMap<KdfTag, Uint8Array> {
  return new Map<KdfTag, Uint8Array>([
    ['pprf/node', deriveKey('pprf/node', psid)],
    ['pprf/leaf', deriveKey('pprf/leaf', psid)],
    ['ote/prg', deriveKey('ote/prg', esid)],
    ['ote/out', deriveKey('ote/out', esid)],
    ['rvole/gadget', deriveKey('rvole/gadget', esid)],
    ['ote/chi', deriveKey('ote/chi', seed)],
    ['rvole/theta', deriveKey('rvole/theta', seed)],
  ]);
}

export function blake3Section(): Tree {
  const [psid, esid, s, seed] = [kat('psid', 32), kat('esid', 32), kat('s16', 16), kat('seed', 32)];
  const K = keys(psid, esid, seed);
  const key = (tag: KdfTag): Uint8Array => K.get(tag) ?? new Uint8Array();
  const gadget = arith.vole.gadget(key('rvole/gadget')).map((g) => arith.scalar.encode(g));
  const chi = challengeBlocks(arith, seed, 4 * 128);
  const longChi = challengeBlocks(arith, seed, 208 * 128);
  const theta = thetaWeights(arith, seed, 64).map((pair) => pair.map(scalarHex));
  const prgInput = concat(s, u8(5), u8(9));
  return {
    inputs: {
      psid: "KAT('psid',32)",
      esid: "KAT('esid',32)",
      's/leaf/v': "KAT('s16',16)",
      seed: "KAT('seed',32)",
    },
    'BLAKE3 hash of empty': hex(blake3(new Uint8Array())),
    KDF3: Object.fromEntries([...K].map(([tag, value]) => [tag, hex(value)])),
    'F_node(s,i=7,l=2,y=3)': hex(expandNode(arith, key('pprf/node'), s, 7, 2, 3)),
    'F_leaf(s,i=31,x=15)': hex(hashLeaf(arith, key('pprf/leaf'), s, 31, 15)),
    'F_prg(leaf,i=5,x=9,84)': leaf(keyed(key('ote/prg'), prgInput, 84)),
    'F_prg(leaf,i=5,x=9,3360)': leaf(keyed(key('ote/prg'), prgInput, 3360)),
    'F_out(v,J=415) scalars': columnScalars(key('ote/out'), s, 415),
    'F_out(v,J=26623) scalars': columnScalars(key('ote/out'), s, 26623),
    'F_gad g_0,g_1,g_415': [0, 1, 415].map((j) => hex(gadget[j] ?? new Uint8Array())),
    'F_gad all': leaf(concat(...gadget)),
    'F_chi(e=0,M=4) blocks': chunks(chi, 16, 4).map(hex),
    'F_chi(e=1,M=208)': leaf(longChi.slice(208 * 16)),
    'F_theta(m=0)': theta[0] ?? [],
    'F_theta(m=63)': theta[63] ?? [],
  };
}
