/**
 * From what the members of a committee hold to a verified certificate, and back to them. A key
 * generation completes here, whether it has just ended or was cut off long ago: every member hands
 * out its signed confirmation again, as often as it is asked (spec §7, in doubt).
 * @module
 */
import type { ArithFactory } from '../../core/index.ts';
import { InvalidInput } from '../../core/index.ts';
import { sha256, toHex } from '../../wire/bytes.ts';
import {
  mergeCertificates,
  verifyCertificate,
  type KeyCertificate,
  type VerifiedCertificate,
} from '../../wire/certificate.ts';
import type { KeyRecord } from '../../wire/signer-info.ts';
import type { StampKey } from '../../wire/stamp.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { Logger, SignerApi } from '../ports.ts';

export type Verified = {
  readonly certificate: KeyCertificate;
  readonly facts: VerifiedCertificate;
};

/** How a key generation stands. */
export type Standing =
  /** `lacking`: members that have not got the certificate, as far as they answered. */
  | { readonly kind: 'complete'; readonly key: Verified; readonly lacking: readonly number[] }
  /** A member has given its share up before confirming it: the key can never complete. */
  | { readonly kind: 'dead' }
  /** Every member answered and none has a record: it has not begun anywhere. */
  | { readonly kind: 'absent' }
  /** Some have confirmed, the others do not answer or have no record. */
  | { readonly kind: 'partial'; readonly allAnswered: boolean };

export type Certificates = {
  readonly collect: (keyId: Uint8Array, committee: readonly number[]) => Promise<Standing>;
  /** Delivers to each, as far as they take it; never rejects. */
  readonly deliver: (certificate: KeyCertificate, signers: readonly number[]) => Promise<void>;
};

export type CertificatesModules = {
  readonly apis: ReadonlyMap<number, SignerApi>;
  readonly operatorKeys: readonly StampKey[];
  readonly arith: ArithFactory;
  readonly log: Logger;
};

type Answer = { readonly signer: number; readonly record: KeyRecord | 'none' | 'unreachable' };

export function createCertificates(modules: CertificatesModules): Certificates {
  return {
    collect: async (keyId, committee) => {
      const answers = await Promise.all(
        committee.map(async (signer) => ({ signer, record: await ask(modules, signer, keyId) })),
      );
      return judge(modules, keyId, answers);
    },
    deliver: async (certificate, signers) => {
      await Promise.all(
        signers.map(async (signer) => {
          try {
            await modules.apis.get(signer)?.putCertificate(certificate);
          } catch (error) {
            modules.log.info({ signer, error: String(error) }, 'certificate not delivered yet');
          }
        }),
      );
    },
  };
}

async function ask(
  { apis, log }: CertificatesModules,
  signer: number,
  keyId: Uint8Array,
): Promise<Answer['record']> {
  try {
    return (await apis.get(signer)?.getKey(keyId)) ?? 'unreachable';
  } catch (error) {
    if (error instanceof TrefoilError && error.reason === 'KEY_NOT_FOUND') return 'none';
    log.debug({ signer, error: String(error) }, 'key not read');
    return 'unreachable';
  }
}

function judge(
  modules: CertificatesModules,
  keyId: Uint8Array,
  answers: readonly Answer[],
): Standing {
  const records = answers.flatMap(({ signer, record }) =>
    typeof record === 'string' ? [] : [{ signer, ...record }],
  );
  const key = completeFrom(modules, keyId, records, answers.length);
  if (key) {
    const holders = new Set(
      records.filter(({ state }) => state === 'active').map(({ signer }) => signer),
    );
    const lacking = answers.map(({ signer }) => signer).filter((signer) => !holders.has(signer));
    return { kind: 'complete', key, lacking };
  }
  if (records.some(({ state }) => state === 'tombstone')) return { kind: 'dead' };
  const allAnswered = answers.every(({ record }) => record !== 'unreachable');
  if (records.length === 0 && allAnswered) return { kind: 'absent' };
  return { kind: 'partial', allAnswered };
}

/** A certificate that verifies: one that a member holds, or one out of all confirmations. */
function completeFrom(
  { operatorKeys, arith, log }: CertificatesModules,
  keyId: Uint8Array,
  records: readonly (KeyRecord & { readonly signer: number })[],
  memberCount: number,
): Verified | undefined {
  const held = records.flatMap(({ state, certificate }) =>
    state === 'active' && certificate ? [certificate] : [],
  );
  const parts = records.flatMap(({ certificate }) => certificate ?? []);
  const merged = parts.length === memberCount ? merge(parts) : undefined;
  for (const certificate of [...held, ...(merged ? [merged] : [])]) {
    try {
      const facts = verifyCertificate({ arith: arith(), sha256 }, certificate, {
        operatorKeys,
        keyId,
      });
      return { certificate, facts };
    } catch (error) {
      if (!(error instanceof TrefoilError)) throw error;
      log.warn({ key: toHex(keyId), error: error.message }, 'certificate does not verify');
    }
  }
  return undefined;
}

function merge(parts: readonly KeyCertificate[]): KeyCertificate | undefined {
  try {
    return mergeCertificates(parts);
  } catch (error) {
    if (error instanceof InvalidInput) return undefined; // not of one session
    throw error;
  }
}
