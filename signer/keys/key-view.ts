/**
 * The public side of a stored key, read from its certificate. Records are authenticated by the
 * store, so nothing is verified again here.
 * @module
 */
import { InvariantViolation, membersOf, type KeyShare, type PartyIndex } from '../../core/index.ts';
import { decodeCertificate, type KeyCertificate } from '../../wire/certificate.ts';
import { decodeCreateWalletRequest, walletName, type Purpose } from '../../wire/request.ts';
import { coreRosterOf, decodeRosterDocument } from '../../wire/roster.ts';
import type { KeyRecord } from '../ports.ts';

export type KeyView = {
  readonly state: KeyRecord['state'];
  readonly name: string;
  readonly displayName: string;
  readonly purposes: readonly Purpose[];
  /** Complete when active; with the own R4 only when pending. */
  readonly certificate: KeyCertificate;
  readonly key: Omit<KeyShare, 's_i'>;
};

const CONF_BYTES = 32;

export function keyViewOf(record: KeyRecord, index: PartyIndex): KeyView {
  const certificate = decodeCertificate(record.certificate ?? record.publicRecord);
  const request = decodeCreateWalletRequest(certificate.createRequest);
  const roster = coreRosterOf(decodeRosterDocument(certificate.roster.roster));
  const ownR4 = certificate.r4.find(({ from }) => from === index);
  const [publicKey] = certificate.F;
  if (ownR4 === undefined || publicKey === undefined)
    throw new InvariantViolation('a stored certificate lacks the own confirmation');
  const { keyId, epoch, sid, state } = record;
  return {
    state,
    name: walletName(keyId),
    displayName: request.displayName,
    purposes: request.purposes,
    certificate,
    key: {
      keyId,
      epoch,
      keygenSid: sid,
      conf: ownR4.payload.slice(0, CONF_BYTES),
      t: request.threshold,
      committee: membersOf(roster, request.committee),
      index,
      publicKey,
      chainCode: certificate.chainCode,
      F: certificate.F,
      S: certificate.S,
    },
  };
}
