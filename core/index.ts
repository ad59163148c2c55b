/**
 * The only door into core: what the roles build on. Everything else here is private to core.
 * @module
 */
export type { Arith, ArithFactory } from './arith.ts';
export { holds, present, type CheckId } from './checks.ts';
export { concat, sameBytes, toHex, u16, u32, u8 } from './codec/bytes.ts';
export { deriveChild, type ChildKey, type ExtendedKey } from './derive/bip32.ts';
export { keyGeneration, type DkgHold } from './dkg/index.ts';
export { verifyKeyConfirmation } from './dkg/certificate.ts';
export { confirmation, type KeyFacts } from './dkg/confirmation.ts';
export type { DkgSetup } from './dkg/rounds.ts';
export {
  ABORTS,
  InvalidInput,
  InvariantViolation,
  ProtocolAbort,
  type AbortClass,
  type AbortCode,
} from './errors.ts';
export { encodeParts, taggedHash } from './hash/transcript.ts';
export { SUITE } from './params.ts';
export { pairSetup, type PairHold } from './pair/index.ts';
export type { PairSetup } from './pair/rounds.ts';
export { erasePair, type PairState } from './pair/state.ts';
export { createReferenceArith } from './reference.ts';
export { hedgedDraw, type RandomBytes } from './run/hedged-draw.ts';
export type { Protocol, RoundShape } from './run/protocol.ts';
export { SESSION_ROUNDS } from './run/rounds.ts';
export {
  SessionRun,
  type Draw,
  type Effects,
  type RunMessage,
  type RunModules,
} from './run/session-run.ts';
export {
  membersOf,
  rosterHash,
  sessionContext,
  SUITE_BYTES,
  type Description,
  type SessionKind,
  type Subject,
} from './session/context.ts';
export {
  checkKeyRef,
  checkPairMembers,
  checkSignerSet,
  chooseRoster,
  formSession,
  type FormInput,
  type Formed,
} from './session/form.ts';
export {
  decodeJoin,
  encodeJoin,
  joinBytes,
  makeTick,
  sessionId,
  splitTick,
  type Join,
  type PairEntry,
} from './session/join.ts';
export { combineSignatures, type CombineInput } from './sign/finish.ts';
export { signing, type SignHold } from './sign/index.ts';
export type { SignSetup } from './sign/state.ts';
export type {
  Env,
  Identity,
  Item,
  KeyRef,
  KeyShare,
  PartyIndex,
  PublicEnv,
  Rng,
  Roster,
  Sha256,
  Signature,
} from './types.ts';
