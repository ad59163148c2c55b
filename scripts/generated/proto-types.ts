import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Files that hold a service or are loaded by themselves; what they import comes along. */
const ENTRIES = [
  'trefoil/v1/admin.proto',
  'trefoil/v1/signer.proto',
  'trefoil/v1/wallet.proto',
  'google/rpc/error_details.proto',
  'google/rpc/status.proto',
];
/** The loading half of these options stands in wire/proto.ts and has to agree. */
const OPTIONS = [
  '--longs=String',
  '--enums=String',
  '--bytes=Buffer',
  '--defaults',
  '--oneofs',
  '--includeComments',
  '--importFileExtension=.ts',
  '--grpcLib=@grpc/grpc-js',
];

export async function makeProtoTypes(target: string): Promise<void> {
  const tool = 'node_modules/.bin/proto-loader-gen-types';
  const args = [tool, ...OPTIONS, '-O', target, '-I', 'proto', '--', ...ENTRIES];
  await promisify(execFile)(process.execPath, args);
}
