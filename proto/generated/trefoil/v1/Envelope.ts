// Original file: proto/trefoil/v1/signer.proto


/**
 * A signed protocol message (specification §2.3). Set by the sending signer; a coordinator that
 * changes anything makes the receiver drop it.
 */
export interface Envelope {
  /**
   * The session id, 32 bytes; in round 0 the session's context.
   */
  'sid'?: (Buffer | Uint8Array | string);
  /**
   * The round, 0 to 255; 255 carries a signed refusal or abort.
   */
  'round'?: (number);
  /**
   * Roster index of the sender, 1 to 255.
   */
  'from'?: (number);
  /**
   * Roster index of the recipient, 1 to 255; 0 is a broadcast to all of P.
   */
  'to'?: (number);
  /**
   * 0 for every slot in this version.
   */
  'seq'?: (number);
  /**
   * The part that everybody may read; round 255: u8 class, u8 round, u32 largest generation.
   */
  'public'?: (Buffer | Uint8Array | string);
  /**
   * The part encrypted for the recipient, AES-256-GCM with the tag at the end; empty in broadcasts.
   */
  'sealed'?: (Buffer | Uint8Array | string);
  /**
   * Ed25519 by the sender's identity key over header, public and sealed part, 64 bytes.
   */
  'signature'?: (Buffer | Uint8Array | string);
}

/**
 * A signed protocol message (specification §2.3). Set by the sending signer; a coordinator that
 * changes anything makes the receiver drop it.
 */
export interface Envelope__Output {
  /**
   * The session id, 32 bytes; in round 0 the session's context.
   */
  'sid': (Buffer);
  /**
   * The round, 0 to 255; 255 carries a signed refusal or abort.
   */
  'round': (number);
  /**
   * Roster index of the sender, 1 to 255.
   */
  'from': (number);
  /**
   * Roster index of the recipient, 1 to 255; 0 is a broadcast to all of P.
   */
  'to': (number);
  /**
   * 0 for every slot in this version.
   */
  'seq': (number);
  /**
   * The part that everybody may read; round 255: u8 class, u8 round, u32 largest generation.
   */
  'public': (Buffer);
  /**
   * The part encrypted for the recipient, AES-256-GCM with the tag at the end; empty in broadcasts.
   */
  'sealed': (Buffer);
  /**
   * Ed25519 by the sender's identity key over header, public and sealed part, 64 bytes.
   */
  'signature': (Buffer);
}
