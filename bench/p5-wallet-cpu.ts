/**
 * P5: the CPU time of creating a wallet at all signers: key generation in envelopes, and the
 * verification of the certificate at each. Sealing and storage are not in it.
 */
import { createReferenceArith, keyGeneration, sessionContext } from '../core/index.ts';
import { createCertificate } from '../test/support/certificate.ts';
import { sha256 } from '../wire/bytes.ts';
import { verifyCertificate } from '../wire/certificate.ts';
import { runEnveloped } from './enveloped.ts';
import { cpuMs } from './measure.ts';
import { random, roster } from './party.ts';
import type { Question, Sample } from './question.ts';

const T = 2;

async function prepare(): Promise<Sample> {
  const { cluster32, signers: committee } = roster;
  const parties = committee.map(({ index }) => index);
  // Of another key generation of the same size: what it costs is the same.
  const { certificate, operator, client } = await createCertificate(random, { t: T });
  const anchors = { operatorKeys: [operator.key], clientKeys: [client.key] };
  return () => {
    const keyId = random.bytes(32);
    const subject = { kind: 'keygen', keyId, request32: random.bytes(32), t: T } as const;
    return cpuMs(() => {
      runEnveloped({
        kind: 'keygen',
        ctx: sessionContext(sha256, { ...subject, roster, parties }),
        roster,
        parties,
        pairs: () => [],
        protocol: (self, sid) => keyGeneration({ sid, self, keyId, cluster32, t: T, committee }),
      });
      for (const _ of parties) {
        verifyCertificate({ arith: createReferenceArith(), sha256 }, certificate, anchors);
      }
    });
  };
}

export const walletCpu: Question = {
  id: 'P5',
  quick: { warmUp: 5, runs: 11 },
  full: { warmUp: 50, runs: 300 },
  lines: [
    {
      name: 'create a wallet, CPU of all signers',
      setting: `n = 3, t = ${T}`,
      unit: 'ms',
      target: 20,
      prepare,
    },
  ],
};
