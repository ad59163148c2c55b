/**
 * Every domain-separation tag, once (spec §1.6). A tag belongs to exactly one function; the types
 * keep a TH tag out of XOF and HS and the other way round.
 * @module
 */

/** Tags of TH (32-byte tagged SHA-256). */
export const TH_TAGS = [
  'roster',
  'committee',
  'ctx/pair',
  'ctx/keygen',
  'ctx/import',
  'ctx/sign',
  'ctx/presign',
  'ctx/online',
  'ctx/reshare',
  'ctx/export',
  'ctx/verify',
  'sid',
  'env',
  'echo',
  'pair',
  'base-ot/key',
  'pprf/digest',
  'pair/confirm',
  'zero/seed',
  'zero/check',
  'dkg/commit',
  'dkg/chaincode',
  'dkg/confirm',
  'reshare/commit',
  'ote/chi-seed',
  'ote/tau',
  'ote/msg',
  'rvole/sid',
  'rvole/theta-seed',
  'rvole/mu',
  'sign/commit',
  'presig/id',
  'presig/item',
  'pop/challenge',
] as const;

/** Tags of HS (48 bytes of XOF, reduced mod q by the caller). */
export const HS_TAGS = ['dkg/pok', 'dkg/pop', 'zero/prf', 'sign/rerand', 'blame/dleq'] as const;

/** Contexts of KDF3 (BLAKE3 derive_key). */
export const KDF_TAGS = [
  'pprf/node',
  'pprf/leaf',
  'ote/prg',
  'ote/out',
  'ote/chi',
  'rvole/gadget',
  'rvole/theta',
] as const;

/** Tag inside the hash-to-curve DST. */
export const H2C_TAGS = ['base-ot'] as const;

export type ThTag = (typeof TH_TAGS)[number];
export type HsTag = (typeof HS_TAGS)[number];
export type KdfTag = (typeof KDF_TAGS)[number];

/** Prefix of every tag and KDF context: the protocol's name and version. */
export const TAG_PREFIX = 'trefoil/dkls23/v1/';

/** DST of HP, the base OT's hash to the curve (spec §4.2). */
export const BASE_OT_DST = `${TAG_PREFIX}base-ot/secp256k1_XMD:SHA-256_SSWU_RO_`;
