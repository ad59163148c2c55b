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

/** What the reflection service hands out (wire/reflection.ts): every file with all it imports. */
const DESCRIPTOR_OPTIONS = ['--as-file-descriptor-set', '--exclude-source-info'];

export async function makeProtoTypes(target: string): Promise<void> {
  const tool = 'node_modules/.bin/proto-loader-gen-types';
  const args = [tool, ...OPTIONS, '-O', target, '-I', 'proto', '--', ...ENTRIES];
  const run = promisify(execFile);
  await run(process.execPath, args);
  const descriptors = `${target}/descriptors.binpb`;
  const buf = ['node_modules/.bin/buf', 'build', 'proto', '-o', descriptors, ...DESCRIPTOR_OPTIONS];
  await run(process.execPath, buf);
}
