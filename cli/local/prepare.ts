/**
 * Turns a folder into a cluster that can be started: state, ports, credentials, identities, signed
 * roster, configuration. What exists is kept.
 * @module
 */
import { execFile } from 'node:child_process';
import type { webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { scriptOf } from '../node-flags.ts';
import { COORDINATOR_NAME, DEMO_CLIENT, signerListen, writeConfigs } from './configs.ts';
import { ensureCredentials, signerIndices } from './credentials.ts';
import type { Runtime } from './environment.ts';
import type { KmsKeyOptions } from './kms-keys.ts';
import type { LocalLayout } from './layout.ts';
import { createPortAllocator } from './ports.ts';
import { signerFlags } from './members.ts';
import { majorityOf, readRoster, writeRoster } from './roster.ts';
import { type LocalPorts, type LocalSealer, type LocalState, writeState } from './state.ts';
import type { SealerName } from './folder.ts';
import { fromHex } from '../../wire/bytes.ts';
import type { RosterSigner } from '../../wire/roster.ts';

const INIT_TIMEOUT_MS = 60_000;

export type PrepareOptions = {
  readonly layout: LocalLayout;
  readonly existing: LocalState | undefined;
  readonly cluster: string;
  readonly sealer: SealerName;
  readonly signerCount: number;
  /** First ports to try; 0 for any free one. */
  readonly ports: LocalPorts;
  readonly runtime: Runtime;
  readonly dialAddress: DialAddress;
};

/**
 * The address under which the roster lists a signer that listens on `grpc`: that one, unless
 * something stands between coordinator and signers.
 */
export type DialAddress = (index: number, grpc: string) => Promise<string>;

export type PrepareModules = {
  readonly crypto: webcrypto.Crypto;
  readonly now: () => number;
  /** Gives the preparation up. */
  readonly signal?: AbortSignal;
  /** Makes one KMS key a signer and returns their ARNs in index order. */
  readonly createKmsKeys: (options: KmsKeyOptions) => Promise<string[]>;
};

async function freePorts(wanted: LocalPorts): Promise<LocalPorts> {
  const allocator = createPortAllocator();
  const takeBoth = async (ports: { grpc: number; http: number }) => ({
    grpc: await allocator.take(ports.grpc),
    http: await allocator.take(ports.http),
  });
  const coordinator = await takeBoth(wanted.coordinator);
  const signers: { grpc: number; http: number }[] = [];
  for (const ports of wanted.signers) signers.push(await takeBoth(ports));
  return { coordinator, signers, chain: await allocator.take(wanted.chain) };
}

async function newSealer(options: PrepareOptions, modules: PrepareModules): Promise<LocalSealer> {
  if (options.sealer === 'file') return { provider: 'file' };
  return { provider: 'aws-kms', keyIds: await modules.createKmsKeys(options) };
}

const IDENTITY_KEY_BYTES = 32;

/** What `signer init` prints. */
const identitySchema = z.object({ index: z.int().positive(), identityKey: z.string() });

function parseIdentity(stdout: string, index: number): Uint8Array {
  const identity = identitySchema.parse(JSON.parse(stdout));
  const identityKey = fromHex(identity.identityKey, IDENTITY_KEY_BYTES);
  if (identity.index !== index || identityKey === undefined) {
    throw new Error(`signer ${index} answered with another identity: ${stdout.trim()}`);
  }
  return identityKey;
}

function stderrOf(error: unknown): string {
  if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string') {
    return error.stderr.trim() || error.message;
  }
  return String(error);
}

/** Asks each signer for its identity, which it makes and seals when it has none. */
async function initialiseSigners(
  layout: LocalLayout,
  state: LocalState,
  { runtime, dialAddress }: Pick<PrepareOptions, 'runtime' | 'dialAddress'>,
  signal: AbortSignal | undefined,
): Promise<RosterSigner[]> {
  const [command, ...prefix] = runtime.node;
  return Promise.all(
    signerIndices(state.signerCount).map(async (index) => {
      const args = [scriptOf('signer'), 'init', '--config', layout.signer(index).config];
      const flags = signerFlags(layout, index, runtime);
      const { stdout } = await promisify(execFile)(command, [...prefix, ...flags, ...args], {
        env: runtime.env,
        timeout: INIT_TIMEOUT_MS,
        ...(signal === undefined ? {} : { signal }),
      }).catch((error: unknown) => {
        throw new Error(`signer ${index} cannot make its identity: ${stderrOf(error)}`);
      });
      const identityKey = parseIdentity(stdout, index);
      const address = await dialAddress(index, signerListen(state, index).grpc);
      return { index, identityKey, address };
    }),
  );
}

/** The roster of the folder, signed anew with the next version where an address changed. */
async function ensureRoster(
  options: PrepareOptions,
  state: LocalState,
  { signal }: PrepareModules,
): Promise<void> {
  const { layout, dialAddress } = options;
  const { cluster, signerCount } = state;
  const known = readRoster(layout);
  if (known === undefined) {
    const signers = await initialiseSigners(layout, state, options, signal);
    await writeRoster(layout, { cluster, version: 1, t: majorityOf(signerCount), signers });
    return;
  }
  const signers = await Promise.all(
    known.signers.map(async (signer) => ({
      ...signer,
      address: await dialAddress(signer.index, signerListen(state, signer.index).grpc),
    })),
  );
  const moved = signers.some(({ address }, k) => address !== known.signers[k]?.address);
  if (moved) await writeRoster(layout, { ...known, version: known.version + 1, signers });
}

/** Prepares the folder and returns its state, which is written there too. */
export async function prepareFolder(
  options: PrepareOptions,
  modules: PrepareModules,
): Promise<LocalState> {
  const { layout, existing, cluster, signerCount } = options;
  const ports = await freePorts(options.ports);
  const state: LocalState = existing
    ? { ...existing, ports }
    : {
        version: 1,
        cluster,
        signerCount,
        sealer: await newSealer(options, modules),
        ports,
      };
  // Before anything else is made: KMS keys cost money and are remembered even if the rest fails.
  writeState(layout.state, state);
  await ensureCredentials(
    layout,
    {
      cluster: state.cluster,
      coordinatorName: COORDINATOR_NAME,
      signerCount: state.signerCount,
      clientIds: [DEMO_CLIENT],
    },
    modules,
  );
  writeConfigs(layout, state);
  await ensureRoster(options, state, modules);
  return state;
}
