/**
 * What the reflection service hands out. The loader's own descriptors lack imports and full type
 * names (https://github.com/grpc/grpc-node/issues/2595), so that no client can link them; these are
 * made by the protobuf compiler when types are generated.
 * @module
 */
import type { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { PackageDefinition } from '@grpc/proto-loader';

/** FileDescriptorSet.file: field 1, length-delimited. */
const FILE_TAG = 0x0a;

/** The files of a serialized FileDescriptorSet. */
export function filesOf(set: Buffer): Buffer[] {
  const files: Buffer[] = [];
  let at = 0;
  while (at < set.length) {
    if (set[at] !== FILE_TAG) throw new TypeError('not a FileDescriptorSet');
    let length = 0;
    let shift = 0;
    do {
      at += 1;
      length |= ((set[at] ?? 0) & 0x7f) << shift;
      shift += 7;
    } while (((set[at] ?? 0) & 0x80) !== 0);
    files.push(set.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return files;
}

/** A definition with the descriptors of all files; the service looks at nothing else in it. */
export function reflectedDefinition(): PackageDefinition {
  const path = new URL('../proto/generated/descriptors.binpb', import.meta.url);
  const fileDescriptorProtos = filesOf(readFileSync(path));
  const format = 'Protocol Buffer 3 EnumDescriptorProto';
  return { all: { format, type: {}, fileDescriptorProtos } };
}
