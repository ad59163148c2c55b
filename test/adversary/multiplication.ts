/**
 * Senders and receivers of a multiplication that deviate and then compute everything later
 * honestly from it: the cheating that the OT and multiplication checks exist for (spec §5, §6.4).
 */
import {
  signing,
  type Arith,
  type KeyShare,
  type PartyIndex,
  type Protocol,
  type SignHold,
  type Signature,
} from '../../core/index.ts';
import type { Scalar } from '../../core/arith.ts';
import { rowBytes, XI } from '../../core/params.ts';
import type { SignSetup } from '../../core/sign/state.ts';
import { signRound1 } from '../../core/sign/round1.ts';
import { signRound2 } from '../../core/sign/round2.ts';

/** Alice adds 1 to At[J][c] before theta, eta and mu are derived (N-53..N-64). */
export function addingToCorrelation(arith: Arith, J: number, c: number): Arith {
  const { scalar, vole } = arith;
  const one = scalar.fromUint(1);
  return {
    ...arith,
    vole: {
      ...vole,
      correlate: (alpha0, alpha1, inputs) => {
        const At = vole.correlate(alpha0, alpha1, inputs);
        const offset = 32 * (3 * J + c);
        const value = scalar.decode(At.slice(offset, offset + 32)).value;
        At.set(scalar.encode(scalar.add(value, one)), offset);
        return At;
      },
    },
  };
}

/**
 * Bob uses C with bit 0 flipped in one group and builds tau for a guess of Delta_group
 * (N-46..N-52): he passes exactly when the guess is right.
 */
export function guessingReceiver(arith: Arith, group: number, guess: number): Arith {
  const { ot } = arith;
  const own = new WeakSet<object>();
  return {
    ...arith,
    ot: {
      ...ot,
      receiverRows: (KP, leaves, C) => {
        const { U, V } = ot.receiverRows(KP, leaves, C);
        const at = group * C.length;
        U[at] = (U[at] ?? 0) ^ 1;
        own.add(V);
        return { U, V };
      },
      hashRows: (rows, chi, L) => {
        const hashes = ot.hashRows(rows, chi, L);
        if (!own.has(rows)) return hashes;
        const e_0 = new Uint8Array(rowBytes(L / XI));
        e_0[0] = 1;
        const shift = ot.hashRow(e_0, chi, L);
        for (let b = 0; b < 4; b++) {
          if (((guess >> b) & 1) === 0) continue;
          const row = 32 * (4 * group + b);
          shift.forEach((byte, k) => (hashes[row + k] = (hashes[row + k] ?? 0) ^ byte));
        }
        return hashes;
      },
    },
  };
}

/** What a sender multiplies instead of r_i or of sk_i, towards one peer only. */
export type OtherInputs = {
  readonly towards: PartyIndex;
  readonly r?: (r_m: Scalar) => Scalar;
  /** sk_i follows from this share. */
  readonly key?: KeyShare;
};

/** Signs, but multiplies other inputs with one peer (N-76, N-77); honest otherwise. */
export function signingWithOtherInputs(
  setup: SignSetup,
  { towards, r = (same) => same, key = setup.key }: OtherInputs,
): Protocol<readonly Signature[], SignHold> {
  const { rounds } = signing(setup);
  return {
    rounds,
    begin: (env) => {
      const first = signRound1(env, setup);
      return {
        send: first.send,
        next: (env, inbox) => {
          const honest = signRound2(env, setup, first.state, inbox);
          const cheating = { ...first.state, r: first.state.r.map(r) };
          const other = signRound2(env, { ...setup, key }, cheating, inbox);
          const send = [
            ...honest.send.filter(({ to }) => to !== towards),
            ...other.send.filter(({ to }) => to === towards),
          ];
          // It has no interest in a signature: its peers are what the test looks at.
          return { send, next: () => ({ send: [], done: [] }) };
        },
      };
    },
  };
}
