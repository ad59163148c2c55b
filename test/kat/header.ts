/** The head of the vector file: compared, not counted. */
import { SUITE } from '../../core/params.ts';
import type { Tree } from './tree.ts';

export const HEADER: Readonly<Record<string, Tree>> = {
  name: 'trefoil-kat',
  version: 1,
  suite: SUITE,
  conventions: {
    kat: "KAT(label,m) = first m bytes of SHA256('trefoil-kat' || u16(len label) || label || u32 c), c = 0,1,..; KS(label) = int_be(KAT(label,48)) mod q",
    hex: 'lower-case hex; scalars 32 bytes big-endian; points 33 bytes compressed; byte strings longer than 512 bytes are given as {sha256,len}',
    digests:
      "message digests are SHA256 of the ASCII strings 'trefoil kat 1', 'trefoil kat 2', 'trefoil kat 3'",
    negative:
      'target = section of this file the vector modifies; op = modification; input = its arguments; expect = accept or reject; class = abort class of the check named in check',
    labels:
      "inputs are named by their KAT label where possible; <S> is the session prefix in field 'S'",
    sessions:
      "idpk_i = Ed25519 public key of seed KAT('id/i',32); eph_i = X25519 public key of secret KAT(S+'/eph/i',32); nonce_i = KAT(S+'/nonce/i',32); boot_i = KAT('boot/i',32); tick = the number in field 'tick'; cluster = KAT('cluster',32); roster version 1 = [1,2,3,4,5,7,11]",
  },
};

/** Sections and negative vectors of protocols that core does not have yet. */
export const NOT_BUILT_SECTIONS: readonly string[] = [
  'presign_2of3_B2',
  'online_2of3',
  'reshare_2of3_to_3of4',
];
export const NOT_BUILT_NEGATIVE: readonly string[] = ['N-91'];
