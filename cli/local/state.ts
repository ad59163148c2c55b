/**
 * What a local cluster's folder is, remembered from its first start: the next start makes the same
 * cluster, with the same identities, sealers and, where they are free, the same ports.
 * @module
 */
import { z } from 'zod';
import { readIfPresent, writePrivateFile } from './layout.ts';

const MOST_SIGNERS = 9;
const LARGEST_PORT = 65_535;

const portSchema = z.int().positive().max(LARGEST_PORT);
const pairOfPorts = z.strictObject({ grpc: portSchema, http: portSchema });

const sealerSchema = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('file') }),
  z.strictObject({ provider: z.literal('aws-kms'), keyIds: z.array(z.string().min(1)) }),
]);

const stateSchema = z.strictObject({
  version: z.literal(1),
  cluster: z.string().min(1),
  signerCount: z.int().min(2).max(MOST_SIGNERS),
  sealer: sealerSchema,
  ports: z.strictObject({
    coordinator: pairOfPorts,
    signers: z.array(pairOfPorts),
    chain: portSchema,
  }),
});

export type LocalSealer = z.infer<typeof sealerSchema>;
export type LocalPorts = z.infer<typeof stateSchema>['ports'];
export type LocalState = z.infer<typeof stateSchema>;

/** The state of an existing folder; undefined for a new one. */
export function readState(path: string): LocalState | undefined {
  const text = readIfPresent(path);
  if (text === undefined) return undefined;
  const parsed = stateSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

export function writeState(path: string, state: LocalState): void {
  writePrivateFile(path, `${JSON.stringify(state, null, 2)}\n`);
}
