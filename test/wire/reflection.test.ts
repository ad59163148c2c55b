import t from 'tap';
import { METHOD_NAMES } from '../../wire/services.ts';
import { filesOf, reflectedDefinition } from '../../wire/reflection.ts';

function descriptors(): string[] {
  const { all } = reflectedDefinition();
  if (all === undefined || !('fileDescriptorProtos' in all)) throw new Error('no descriptors');
  return (all.fileDescriptorProtos as Buffer[]).map((file) => file.toString('latin1'));
}

t.test(
  'every method that is offered stands in a descriptor, under its full type name',
  async (t) => {
    const text = descriptors().join();
    const ours = METHOD_NAMES.filter((name) => /^(Wallet|Signer|Admin)Service\//.test(name));
    t.ok(ours.length > 10);
    for (const name of ours) t.match(text, name.slice(name.indexOf('/') + 1));
    t.match(text, '.trefoil.v1.StampedRequest');
  },
);

t.test('what a file imports is a file of the set as well', async (t) => {
  const files = descriptors();
  const names = files.map((file) => file.slice(2, 2 + file.charCodeAt(1)));
  t.ok(names.includes('google/protobuf/timestamp.proto'));
  for (const file of files) {
    for (const [imported] of file.matchAll(/(?:trefoil|google)\/[a-z0-9/_]+\.proto/g))
      t.ok(names.includes(imported), imported);
  }
});

t.test('other bytes are no set of files', async (t) => {
  t.same(filesOf(Buffer.from([0x0a, 2, 1, 2, 0x0a, 0])), [Buffer.from([1, 2]), Buffer.alloc(0)]);
  t.throws(() => filesOf(Buffer.from([0x12, 0])), TypeError);
});
