import { secp256k1 } from '@noble/curves/secp256k1.js';
import t from 'tap';
import { keccak256, parseTransaction, recoverTransactionAddress, serializeTransaction } from 'viem';
import { decodePayload, evmAddress } from '../../../coordinator/orchestrate/payload.ts';
import { InvalidInput } from '../../../core/index.ts';
import type { Payload } from '../../../wire/sign-request.ts';
import { like } from '../../support/like.ts';

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.slice(2), 'hex'));
const toHex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}` as const;
const common = {
  nonce: 7,
  gas: 21_000n,
  to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  value: 5n,
} as const;
const transactions = {
  'type 2': serializeTransaction({
    ...common,
    ...{ type: 'eip1559', chainId: 1, maxFeePerGas: 3n, maxPriorityFeePerGas: 1n },
  }),
  'type 1': serializeTransaction({ ...common, type: 'eip2930', chainId: 1, gasPrice: 3n }),
  'type 0 with a chain id': serializeTransaction({
    ...common,
    type: 'legacy',
    chainId: 1,
    gasPrice: 3n,
  }),
  'type 0 without': serializeTransaction({ ...common, type: 'legacy', gasPrice: 3n }),
};
const decode = (payload: Payload) => decodePayload({ path: [], payload }, 'items[0]');
const transaction = (unsigned: Uint8Array) => decode({ kind: 'evm_transaction', unsigned });

for (const [name, unsigned] of Object.entries(transactions)) {
  t.test(
    `${name}: digest and signed form are those of an independent implementation`,
    async (t) => {
      const key = secp256k1.utils.randomSecretKey();
      const { digest, assemble } = transaction(fromHex(unsigned));
      t.equal(toHex(digest), keccak256(unsigned));

      const signature = secp256k1.Signature.fromBytes(
        secp256k1.sign(digest, key, { prehash: false, format: 'recovered' }),
        'recovered',
      );
      const compact = signature.toBytes('compact');
      const signed = toHex(
        assemble({ r: compact.slice(0, 32), s: compact.slice(32), recid: signature.recovery ?? 0 }),
      );

      t.match(parseTransaction(signed), { nonce: 7, value: 5n });
      const serializedTransaction = signed as Parameters<
        typeof recoverTransactionAddress
      >[0]['serializedTransaction'];
      t.equal(
        await recoverTransactionAddress({ serializedTransaction }),
        evmAddress(secp256k1.getPublicKey(key, true)),
      );
    },
  );
}

t.test('a raw digest has no signed form', async (t) => {
  const digest = new Uint8Array(32).fill(5);
  const decoded = decode({ kind: 'raw_digest', digest });
  t.same(decoded.digest, digest);
  t.same(decoded.assemble({ r: digest, s: digest, recid: 0 }), new Uint8Array());
});

t.test('refuses, naming the field, what is no canonical unsigned transaction', async (t) => {
  const field = 'items[0].evm_transaction.unsigned';
  const type2 = fromHex(transactions['type 2']);
  const cases: Record<string, Uint8Array> = {
    'no transaction': new Uint8Array([1, 2, 3]),
    'an unknown type': new Uint8Array([0x7e, 1]),
    'cut short': type2.subarray(0, type2.length - 1),
    'bytes behind it': new Uint8Array([...type2, 0]),
    // The nonce 7 as 0x8200 07: RLP with a leading zero.
    'an integer with a leading zero': fromHex(withLeadingZero(transactions['type 2'])),
    signed: fromHex(
      serializeTransaction(
        { ...common, type: 'eip1559', chainId: 1 },
        { r: toHex(new Uint8Array(32).fill(1)), s: toHex(new Uint8Array(32).fill(1)), yParity: 0 },
      ),
    ),
  };
  for (const [name, unsigned] of Object.entries(cases)) {
    t.throws(() => transaction(unsigned), like({ field }), name);
    t.throws(() => transaction(unsigned), InvalidInput, name);
  }
});

t.test('names payloads that are known but not signed yet', async (t) => {
  const kinds: Payload[] = [
    { kind: 'evm_message', message: new Uint8Array(1) },
    { kind: 'evm_typed_data', json: new Uint8Array(1) },
    { kind: 'evm_authorization', unsigned: new Uint8Array(1) },
    { kind: 'bitcoin_psbt', psbt: new Uint8Array(1) },
  ];
  for (const payload of kinds) {
    const violation = { field: `items[0].${payload.kind}` };
    t.throws(
      () => decode(payload),
      like({ reason: 'PAYLOAD_UNSUPPORTED', fieldViolations: [violation] }),
    );
  }
  const blob = new Uint8Array([4, ...fromHex(transactions['type 2']).subarray(1)]);
  t.throws(() => transaction(blob), 'type 4 is not signed');
});

/** Replaces the one-byte nonce 07 by 82 00 07 and mends the list's length. */
function withLeadingZero(hex: string): string {
  const bytes = [...fromHex(hex)];
  const at = bytes.indexOf(7);
  const body = [...bytes.slice(2, at), 0x82, 0, 7, ...bytes.slice(at + 1)];
  return toHex(new Uint8Array([2, 0xc0 + body.length, ...body]));
}
