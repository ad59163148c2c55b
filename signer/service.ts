/**
 * SignerService: translates between the wire and the signer. Callers are coordinators, by their
 * certificates; what they bring is judged elsewhere.
 * @module
 */
import { InvalidInput, type ArithFactory, type PartyIndex, type Roster } from '../core/index.ts';
import type { RelayListener, RelayStream } from '../wire/relay.ts';
import type { RpcServer } from '../wire/server.ts';
import { signerService } from '../wire/services.ts';
import type {
  KeyPage as WireKeyPage,
  KeyRecord as WireKeyRecord,
  PairInfo,
  SignerInfo,
} from '../wire/signer-info.ts';
import type { PeerIdentity } from '../wire/spiffe.ts';
import { TrefoilError } from '../wire/status.ts';
import type { Page } from '../wire/wallet.ts';
import { fromHex, toHex } from '../wire/bytes.ts';
import { keyViewOf } from './keys/key-view.ts';
import type { KeyVault } from './keys/key-vault.ts';
import type { PairTable } from './pairs/pair-table.ts';
import type { KeyCursor, KeyRecord, SignerStore } from './ports.ts';
import { refusalOf } from './refusal.ts';
import { storedResultOf } from './results.ts';
import type { Owner, SessionTable } from './sessions/session-table.ts';

export type ServiceOptions = {
  readonly index: PartyIndex;
  readonly cluster: string;
  readonly rosterVersion: number;
  readonly peers: readonly PartyIndex[];
  readonly boot: Uint8Array;
  readonly version: string;
  readonly identityKey: Uint8Array;
  readonly sealer: string;
};

export type ServiceModules = {
  readonly sessions: SessionTable;
  readonly pairs: PairTable;
  readonly vault: KeyVault;
  readonly store: Pick<SignerStore, 'keys' | 'ledger'>;
  readonly createArith: ArithFactory;
  /** Rosters under which sessions run or ran. */
  readonly rosters: readonly Roster[];
  readonly onRefusedFrame: (error: InvalidInput) => void;
};

/** What the service needs of a server. */
export type ServingSide = Pick<RpcServer, 'handle' | 'handleRelay'>;

/** Registers every method; failures of the store and the sealer get their reasons here. */
export function registerService(
  server: ServingSide,
  options: ServiceOptions,
  modules: ServiceModules,
): void {
  const { store, vault } = modules;
  const translated = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw refusalOf(error);
    }
  };
  server.handleRelay((stream, peer) => relayListener(stream, peer, modules));
  server.handle(signerService.getInfo, () => translated(() => infoOf(options, modules)));
  server.handle(signerService.listKeys, (page) =>
    translated(() => keyPageOf(options.index, store, page)),
  );
  server.handle(signerService.getKey, ({ keyId }) =>
    translated(() => {
      const record = store.keys.latest(keyId);
      if (record === undefined)
        throw new TrefoilError('KEY_NOT_FOUND', 'no record of this key here');
      return wireRecord(options.index, record, 'with-certificate');
    }),
  );
  server.handle(signerService.putCertificate, (certificate) =>
    translated(() => vault.putCertificate(certificate).state),
  );
  server.handle(signerService.getResult, ({ requestId }) =>
    translated(() => storedResultOf(requestId, modules)),
  );
}

function relayListener(
  stream: RelayStream,
  peer: PeerIdentity,
  { sessions, onRefusedFrame }: ServiceModules,
): RelayListener {
  const owner: Owner = {
    name: peer.name,
    send: (frames) => {
      for (const frame of frames) stream.send(frame);
    },
  };
  return {
    onFrame: (frame) => {
      switch (frame.kind) {
        case 'open':
          void sessions.open(owner, frame);
          return;
        case 'envelope':
          sessions.deliver(frame.envelope);
          return;
        case 'abort':
          sessions.abort(owner, frame);
          return;
        case 'ping':
          if (!frame.reply) stream.send({ kind: 'ping', nonce: frame.nonce, reply: true });
          return;
        case 'open_ack':
          return; // A signer opens nothing, so there is nothing to acknowledge.
      }
    },
    onRefused: onRefusedFrame,
    onEnd: () => {
      sessions.forget(owner);
    },
  };
}

function infoOf(options: ServiceOptions, { pairs, store }: ServiceModules): SignerInfo {
  const { peers, ...facts } = options;
  return {
    ...facts,
    keyCount: store.keys.counts().active,
    pairs: peers.map((peer): PairInfo => {
      const { phase, generation, digest, largestGeneration, needsApproval } = pairs.view(peer);
      const pairDigest = digest.length > 0 ? { pairDigest: digest } : {};
      return { peer, state: phase, generation, ...pairDigest, largestGeneration, needsApproval };
    }),
  };
}

function wireRecord(
  index: PartyIndex,
  record: KeyRecord,
  detail: 'with-certificate' | 'brief',
): WireKeyRecord {
  const { key, certificate, state } = keyViewOf(record, index);
  const { keyId, epoch, keygenSid, conf, publicKey } = key;
  const brief = { keyId, epoch, state, keygenSid, key: { conf, publicKey } };
  return detail === 'brief' ? brief : { ...brief, certificate };
}

const KEY_ID_BYTES = 32;

/** `<key id hex>-<epoch>` of the last key of the page before. */
function cursorOf(token: string): KeyCursor | undefined {
  if (token === '') return undefined;
  const [hex = '', epoch = ''] = token.split('-');
  const keyId = fromHex(hex, KEY_ID_BYTES);
  if (keyId === undefined || !/^\d{1,10}$/.test(epoch))
    throw new InvalidInput('page_token', 'is not one of this service');
  return { keyId, epoch: Number(epoch) };
}

function keyPageOf(
  index: PartyIndex,
  store: Pick<SignerStore, 'keys'>,
  { pageSize, pageToken }: Page,
): WireKeyPage {
  const after = cursorOf(pageToken);
  const { keys, next } = store.keys.list({ limit: pageSize, ...(after ? { after } : {}) });
  return {
    keys: keys.map((record) => wireRecord(index, record, 'brief')),
    nextPageToken: next === undefined ? '' : `${toHex(next.keyId)}-${next.epoch}`,
  };
}
