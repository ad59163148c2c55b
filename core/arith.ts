/**
 * The arithmetic port (spec §14): everything the protocol computes with scalars, points and OT
 * matrices. `core/reference.ts` implements it over noble and BigInt and is the oracle; a
 * constant-time kernel implements it without a change to any protocol file.
 *
 * Values are opaque handles that belong to the instance that made them. One instance serves one
 * session; `wipe` overwrites every secret it still holds and makes it unusable.
 * @module
 */

declare const scalarBrand: unique symbol;
declare const publicBrand: unique symbol;
declare const pointBrand: unique symbol;
declare const vectorBrand: unique symbol;
declare const rowsBrand: unique symbol;
declare const columnsBrand: unique symbol;

/** An integer mod q; may be secret. */
export type Scalar = { readonly [scalarBrand]: true };
/** A scalar that everybody may know: the only kind variable-time operations accept. */
export type PublicScalar = Scalar & { readonly [publicBrand]: true };
/** A point of secp256k1, the identity included. */
export type Point = { readonly [pointBrand]: true };
/** L * 3 scalars, lane-minor: index 3 * J + c (spec §6). Secret. */
export type ScalarVector = { readonly [vectorBrand]: true };
/** 128 rows of nrow bytes (spec §5). Secret. */
export type Rows = { readonly [rowsBrand]: true };
/** L columns of 16 bytes, bit r = row r (spec §5). Secret. */
export type Columns = { readonly [columnsBrand]: true };
/** A secret choice bit. */
export type Bit = 0 | 1;

export type ScalarArith = {
  /** int_be of 48 bytes mod q; bias below 2^-127 (spec §1.4). */
  readonly reduceWide: (bytes48: Uint8Array) => Scalar;
  /** int_be of 32 bytes mod q, and whether the encoding was canonical (< q). */
  readonly decode: (bytes32: Uint8Array) => { readonly value: Scalar; readonly canonical: boolean };
  /** 32 bytes, big-endian. */
  readonly encode: (a: Scalar) => Uint8Array;
  readonly fromUint: (n: number) => PublicScalar;
  readonly add: (a: Scalar, b: Scalar) => Scalar;
  readonly sub: (a: Scalar, b: Scalar) => Scalar;
  readonly mul: (a: Scalar, b: Scalar) => Scalar;
  readonly neg: (a: Scalar) => Scalar;
  readonly isZero: (a: Scalar) => boolean;
  /** Declares that a value is public from here on (it is, or is about to be, broadcast). */
  readonly reveal: (a: Scalar) => PublicScalar;
  /** a^-1; variable time. Throws on zero. */
  readonly inversePublic: (a: PublicScalar) => PublicScalar;
};

export type PointArith = {
  /** 33 bytes SEC1 compressed, canonical, on the curve; anything else is undefined (C-17). */
  readonly decode: (bytes: Uint8Array) => Point | undefined;
  /** 33 bytes; throws InvariantViolation on the identity, which has no encoding. */
  readonly encode: (P: Point) => Uint8Array;
  readonly isIdentity: (P: Point) => boolean;
  readonly equal: (P: Point, Q: Point) => boolean;
  readonly add: (P: Point, Q: Point) => Point;
  readonly neg: (P: Point) => Point;
  /** k * G in constant time. */
  readonly mulBase: (k: Scalar) => Point;
  /** k * P in constant time in k; P public. */
  readonly mul: (k: Scalar, P: Point) => Point;
  /** k * P; both public, variable time. */
  readonly mulPublic: (k: PublicScalar, P: Point) => Point;
  /** a * G + b * P; all public, variable time. */
  readonly lincombPublic: (a: PublicScalar, b: PublicScalar, P: Point) => Point;
  /** bit ? Q : P without a branch on the bit. */
  readonly select: (bit: Bit, P: Point, Q: Point) => Point;
  /** RFC 9380 random-oracle map for suite secp256k1_XMD:SHA-256_SSWU_RO_. */
  readonly hashToCurve: (message: Uint8Array, dst: string) => Point;
  /** chi * R == d * G + Gamma with secret chi and d (C-41, C-42). */
  readonly gammaHolds: (chi: Scalar, R: Point, d: Scalar, Gamma: Point) => boolean;
};

export type Blake3Arith = {
  /** BLAKE3 derive_key with context "trefoil/dkls23/v1/" || tag; 32 bytes (KDF3, spec §1.5). */
  readonly deriveKey: (tag: string, material32: Uint8Array) => Uint8Array;
  /** B3(K, msg, n): keyed hash of one block of at most 64 bytes with n bytes of output. */
  readonly keyed: (key32: Uint8Array, message: Uint8Array, length: number) => Uint8Array;
};

export type OtArith = {
  /** Bob's rows (spec §5, Bob 2): U (32 * nrow bytes, public) and V; C is beta || mask. */
  readonly receiverRows: (
    KP: Uint8Array,
    leaves: Uint8Array,
    C: Uint8Array,
  ) => { readonly U: Uint8Array; readonly V: Rows };
  /** Alice's rows (spec §5, Alice 1); delta holds 32 nibbles, the punctured leaf slots are zero. */
  readonly senderRows: (
    KP: Uint8Array,
    leaves: Uint8Array,
    delta: Uint8Array,
    U: Uint8Array,
  ) => Rows;
  /** h_0(row) || h_1(row) for all 128 rows, 32 bytes each; chi is chi_0 || chi_1 (spec §5). */
  readonly hashRows: (rows: Rows, chi: Uint8Array, L: number) => Uint8Array;
  /** h_0(C) || h_1(C) of the single row C: xhat, 32 bytes. */
  readonly hashRow: (row: Uint8Array, chi: Uint8Array, L: number) => Uint8Array;
  /** The first L bits of each row as L columns. */
  readonly transpose: (rows: Rows, L: number) => Columns;
  /** F_out(column_J XOR mask, J) for every J: 3 * L scalars; mask is 16 bytes. */
  readonly hashColumns: (KO: Uint8Array, columns: Columns, mask?: Uint8Array) => ScalarVector;
  /** The columns as bytes, for known-answer tests. */
  readonly columnBytes: (columns: Columns) => Uint8Array;
};

/** Weights theta_{m,0}, theta_{m,1} of one multiplication. */
export type Theta = readonly [PublicScalar, PublicScalar];

export type VoleArith = {
  /** F_gad: the 416 public gadget scalars. */
  readonly gadget: (KG: Uint8Array) => readonly PublicScalar[];
  /** b_m = sum_j g_j * beta_{xi*m+j}. */
  readonly gadgetBits: (g: readonly PublicScalar[], beta: Uint8Array, m: number) => Scalar;
  /** sum_j g_j * vector_{xi*m+j, lane}. */
  readonly gadgetSum: (
    g: readonly PublicScalar[],
    vector: ScalarVector,
    m: number,
    lane: number,
  ) => Scalar;
  /** At_{J,c} = alpha0 - alpha1 + inputs[m][c]; 39 936 bytes per multiplication, public. */
  readonly correlate: (
    alpha0: ScalarVector,
    alpha1: ScalarVector,
    inputs: readonly (readonly Scalar[])[],
  ) => Uint8Array;
  /** Whether every 32-byte word is below q; reads all of them. */
  readonly allCanonical: (words: Uint8Array) => boolean;
  /** dd_{J,c} = alpha_{J,c} + beta_J * At_{J,c}. */
  readonly receive: (alpha: ScalarVector, beta: Uint8Array, At: Uint8Array) => ScalarVector;
  /** v_{J,2} + theta_0 v_{J,0} + theta_1 v_{J,1} - beta_J * eta_m as 32 * L bytes (mh, mh'). */
  readonly fold: (
    vector: ScalarVector,
    thetas: readonly Theta[],
    correction?: { readonly beta: Uint8Array; readonly eta: readonly Scalar[] },
  ) => Uint8Array;
};

export type Arith = {
  readonly scalar: ScalarArith;
  readonly point: PointArith;
  readonly blake3: Blake3Arith;
  readonly ot: OtArith;
  readonly vole: VoleArith;
  /** Equality of two byte strings of one length, over all positions. */
  readonly equal: (a: Uint8Array, b: Uint8Array) => boolean;
  /** Overwrites what can be overwritten; the instance must not be used again. */
  readonly wipe: () => void;
};

/** Makes the arithmetic of one session. */
export type ArithFactory = () => Arith;
