/**
 * The keys of this signer: public views at once, unsealed shares through a bounded cache, so that a
 * key service is asked once per share and not once per signature (design §5).
 * @module
 */
import { sameBytes, toHex, type ArithFactory, type KeyShare } from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import {
  encodeCertificate,
  verifyCertificate,
  type KeyCertificate,
} from '../../wire/certificate.ts';
import { keyIdOf } from '../../wire/request.ts';
import type { StampKey } from '../../wire/stamp.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { KeyStore, Sealer } from '../ports.ts';
import { StoreCorrupted } from '../store/errors.ts';
import { shareContext, type SealOwner } from '../store/seal-context.ts';
import { wipe } from '../wipe.ts';
import { keyViewOf, type KeyView } from './key-view.ts';

export type KeyVaultOptions = {
  readonly owner: SealOwner;
  readonly maxCachedShares: number;
  readonly operatorKeys: readonly StampKey[];
};

export type KeyVaultModules = {
  readonly store: KeyStore;
  readonly sealer: Sealer;
  readonly createArith: ArithFactory;
};

/** A copy in any case: `slice` of a Buffer would share its memory, which the caller wipes. */
const copyOf = (secret: Uint8Array): Uint8Array => Uint8Array.from(secret);

type PublicKeyRecord = Omit<KeyShare, 's_i'>;

/** This signer's own S_i. */
const ownPoint = ({ S, committee, index }: PublicKeyRecord): Uint8Array | undefined =>
  S[committee.findIndex((member) => member.index === index)];

/** A map that keeps the entries used last. */
class Bounded<V> {
  readonly #entries = new Map<string, V>();
  readonly #bound: number;
  readonly #onEvicted: (value: V) => void;

  constructor(bound: number, onEvicted: (value: V) => void = () => undefined) {
    this.#bound = bound;
    this.#onEvicted = onEvicted;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#bound && oldest !== undefined) this.delete(oldest);
  }

  delete(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#onEvicted(value);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }
}

export class KeyVault {
  readonly #options: KeyVaultOptions;
  readonly #modules: KeyVaultModules;
  readonly #shares: Bounded<Uint8Array>;
  readonly #views: Bounded<KeyView>;

  constructor(options: KeyVaultOptions, modules: KeyVaultModules) {
    this.#options = options;
    this.#modules = modules;
    this.#shares = new Bounded(options.maxCachedShares, wipe);
    this.#views = new Bounded(options.maxCachedShares);
  }

  /** The record of the largest epoch, ACTIVE before PENDING. */
  view(keyId: Uint8Array): KeyView | undefined {
    const name = toHex(keyId);
    const cached = this.#views.get(name);
    if (cached !== undefined) return cached;
    const record = this.#modules.store.latest(keyId);
    if (record === undefined) return undefined;
    const view = keyViewOf(record, this.#options.owner.index);
    if (view.state === 'active') this.#views.set(name, view);
    return view;
  }

  /** A copy of the ACTIVE share; the caller wipes its `s_i`. Throws KEY_NOT_ACTIVE, SealFailure. */
  async share(keyId: Uint8Array): Promise<KeyShare> {
    const found = this.view(keyId);
    if (found?.state !== 'active')
      throw new TrefoilError('KEY_NOT_ACTIVE', 'this signer has no active key of this wallet');
    const { key } = found;
    const name = toHex(keyId);
    const cached = this.#shares.get(name);
    if (cached !== undefined) return { ...key, s_i: copyOf(cached) };
    const record = this.#modules.store.get(keyId, key.epoch);
    if (record === undefined) throw new StoreCorrupted('a key record vanished');
    const s_i = await this.#unseal(record.sealedShare, key);
    this.#shares.set(name, s_i);
    return { ...key, s_i: copyOf(s_i) };
  }

  /** Wipes every cached share; for shutdown. */
  forgetShares(): void {
    this.#shares.clear();
  }

  /**
   * Seals a new share, unseals it again, stores it PENDING and reads it back (design §5). Nothing is
   * stored that does not unseal: whoever asks for a stored record gets its R4 as well. Throws
   * KeyIdTaken, SealFailure, StoreCorrupted.
   */
  async addPending(share: KeyShare, certificate: KeyCertificate, ownR4: Uint8Array): Promise<void> {
    const { store, sealer } = this.#modules;
    const { keyId, epoch, keygenSid: sid, s_i } = share;
    const context = shareContext(this.#options.owner, keyId, epoch);
    const sealedShare = await sealer.seal(s_i, context);
    const unsealed = await this.#unseal(sealedShare, share);
    const survived = sameBytes(unsealed, s_i);
    wipe(unsealed);
    if (!survived) throw new StoreCorrupted('a share did not survive sealing');
    const publicRecord = encodeCertificate(certificate);
    const stored = store.insertPending({ keyId, epoch, sid, sealedShare, publicRecord, ownR4 });
    if (!sameBytes(stored.sealedShare, sealedShare))
      throw new StoreCorrupted('a share did not survive storing');
  }

  /** Verifies a certificate and makes its key ACTIVE (C-35). Idempotent. */
  putCertificate(certificate: KeyCertificate): KeyView {
    const { store, createArith } = this.#modules;
    const { owner, operatorKeys } = this.#options;
    const keyId = keyIdOf(certificate.createRequest);
    const env = { arith: createArith(), sha256 };
    const verified = verifyCertificate(env, certificate, { operatorKeys, keyId });
    const own = store.get(keyId, verified.epoch);
    if (own === undefined)
      throw new TrefoilError('KEY_NOT_FOUND', 'this signer has no record of this key');
    const { conf } = keyViewOf(own, owner.index).key;
    if (!sameBytes(own.sid, verified.keygenSid) || !sameBytes(conf, verified.conf))
      throw new TrefoilError('CERTIFICATE_INVALID', 'the certificate is of another session');
    store.activate(keyId, verified.epoch, encodeCertificate(certificate));
    this.#views.delete(toHex(keyId));
    const active = this.view(keyId);
    if (active?.state !== 'active') throw new StoreCorrupted('a key did not become active');
    return active;
  }

  /** Unseals and compares s_i G with S_i: an authentic record of another share is corrupted. */
  async #unseal(sealedShare: Uint8Array, key: PublicKeyRecord): Promise<Uint8Array> {
    const { sealer, createArith } = this.#modules;
    const context = shareContext(this.#options.owner, key.keyId, key.epoch);
    const s_i = await sealer.unseal(sealedShare, context);
    const arith = createArith();
    const { scalar, point } = arith;
    const { value, canonical } = scalar.decode(s_i);
    const P = point.mulBase(value);
    const S_i = ownPoint(key);
    const matches =
      canonical && !point.isIdentity(P) && S_i !== undefined && sameBytes(point.encode(P), S_i);
    arith.wipe();
    if (!matches) wipe(s_i);
    if (!matches) throw new StoreCorrupted('a stored share is not the one of its certificate');
    return s_i;
  }
}
