import {
  encodeRlp,
  getBytes,
  hexlify,
  recoverAddress,
  toBeArray,
  Transaction,
  Wallet,
} from 'ethers';
import fc from 'fast-check';
import t from 'tap';
import { keccak256, serializeTransaction, type Hex } from 'viem';
import { InvalidInput } from '../../core/index.ts';
import { decodePayload } from '../../wire/payload.ts';
import { toHex } from '../../wire/bytes.ts';
import { TrefoilError } from '../../wire/status.ts';

const FIELD = 'items[0]';
const decode = (unsigned: Uint8Array) =>
  decodePayload({ kind: 'evm_transaction', unsigned }, FIELD);

/** `accepted`, the field or the reason. Anything else thrown fails the test. */
function verdict(unsigned: Uint8Array | string): string {
  try {
    decode(typeof unsigned === 'string' ? getBytes(unsigned) : unsigned);
    return 'accepted';
  } catch (error) {
    if (error instanceof InvalidInput) {
      if (error.field !== `${FIELD}.evm_transaction.unsigned`) throw error;
      return error.message.slice(error.field.length + 2);
    }
    if (error instanceof TrefoilError) return error.reason;
    throw error;
  }
}

const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const hexOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b): Hex => `0x${toHex(b)}`);
const common = {
  chainId: fc.integer({ min: 1, max: 2 ** 31 }),
  nonce: fc.integer({ min: 0, max: 2 ** 31 }),
  to: fc.option(hexOf(20), { nil: undefined }),
  value: uint(256),
  gas: uint(63),
  data: fc.uint8Array({ maxLength: 100 }).map((b): Hex => `0x${toHex(b)}`),
};
const accessList = fc.array(
  fc.record({ address: hexOf(20), storageKeys: fc.array(hexOf(32), { maxLength: 2 }) }),
  { maxLength: 2 },
);

/** Transactions of types 0, 1 and 2 as viem builds them. */
const transactions = fc.oneof(
  fc.record({ type: fc.constant('legacy' as const), ...common, gasPrice: uint(128) }),
  fc.record({ type: fc.constant('eip2930' as const), ...common, gasPrice: uint(128), accessList }),
  fc
    .record({
      type: fc.constant('eip1559' as const),
      ...common,
      accessList,
      tip: uint(64),
      more: uint(64),
    })
    .map(({ tip, more, ...rest }) => ({
      ...rest,
      maxPriorityFeePerGas: tip,
      maxFeePerGas: tip + more,
    })),
);

/** The same fields as ethers names them. */
function withEthers(
  tx: typeof transactions extends fc.Arbitrary<infer T> ? T : never,
): Transaction {
  const { type, gas, ...rest } = tx;
  const number = { legacy: 0, eip2930: 1, eip1559: 2 }[type];
  return Transaction.from({ ...rest, type: number, gasLimit: gas, to: rest.to ?? null });
}

t.test('digests of types 0, 1 and 2 are those of ethers and viem', async (t) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(transactions, (tx) => {
      seen.add(tx.type);
      const unsigned = serializeTransaction(tx);
      const decoded = decode(getBytes(unsigned));
      const digest = `0x${toHex(decoded.digest)}`;
      return (
        decoded.purpose === 'evm' &&
        digest === keccak256(unsigned) &&
        digest === withEthers(tx).unsignedHash
      );
    }),
    { numRuns: 200 },
  );
  t.same([...seen].sort(), ['eip1559', 'eip2930', 'legacy']);
});

t.test('a signed transaction carries the signature and names its signer', async (t) => {
  const wallet = Wallet.createRandom();
  fc.assert(
    fc.property(transactions, (tx) => {
      const unsigned = getBytes(serializeTransaction(tx));
      const { digest, assemble } = decode(unsigned);
      const { r, s, yParity } = wallet.signingKey.sign(digest);
      const raw = assemble({ r: getBytes(r), s: getBytes(s), recid: yParity });
      const signed = Transaction.from(hexlify(raw));
      return (
        signed.from === wallet.address &&
        signed.unsignedSerialized === hexlify(unsigned) &&
        recoverAddress(digest, { r, s, yParity }) === wallet.address
      );
    }),
    { numRuns: 50 },
  );
  t.pass('for every type');
});

t.test('a flipped bit changes the digest or is refused', async (t) => {
  const outcomes = { changed: 0, refused: 0 };
  fc.assert(
    fc.property(transactions, fc.nat(), (tx, position) => {
      const unsigned = getBytes(serializeTransaction(tx));
      const before = toHex(decode(unsigned).digest);
      const bit = position % (8 * unsigned.length);
      const changed = unsigned.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (verdict(changed) !== 'accepted') {
        outcomes.refused += 1;
        return true;
      }
      outcomes.changed += 1;
      const after = decode(changed);
      // What is accepted is what would be signed: its one encoding hashes to the digest.
      return toHex(after.digest) !== before && `0x${toHex(after.digest)}` === keccak256(changed);
    }),
    { numRuns: 1000 },
  );
  t.ok(outcomes.changed > 20 && outcomes.refused > 20, JSON.stringify(outcomes));
});

t.test('no bytes make it throw anything but a refusal', async () => {
  const typed = fc.tuple(fc.constantFrom(0, 1, 2, 3, 4, 5, 0x7f), fc.uint8Array({ maxLength: 60 }));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (bytes) => verdict(bytes) !== ''),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(typed, ([type, rest]) => verdict(Uint8Array.of(type, ...rest)) !== ''),
    { numRuns: 500 },
  );
  const fields = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 13 });
  fc.assert(
    fc.property(fc.constantFrom('', '01', '02', '03', '04'), fields, (type, list) => {
      const rlp = encodeRlp(list.map((each) => hexlify(each)));
      return verdict(`0x${type}${rlp.slice(2)}`) !== '';
    }),
    { numRuns: 1000 },
  );
});

const TO = '0x00000000000000000000000000000000000000aa';
const n = (value: number): string => hexlify(toBeArray(value));
const EIP1559: (string | string[])[] = [n(1), n(7), n(1), n(2), n(21_000), TO, n(10), '0x', []];
const LEGACY = [n(7), n(2), n(21_000), TO, n(10), '0x', n(1), '0x', '0x'];
const typed = (type: string, fields: (string | string[])[]): string =>
  `${type}${encodeRlp(fields).slice(2)}`;

t.test('takes the plain forms that the following ones vary', async (t) => {
  t.equal(verdict(typed('0x02', EIP1559)), 'accepted');
  t.equal(verdict(typed('0x', LEGACY)), 'accepted');
});

t.test('refuses encodings that are not the one canonical one', async (t) => {
  const zeros = EIP1559.map((field, i) => (i === 6 ? '0x000a' : field));
  t.not(verdict(typed('0x02', zeros)), 'accepted', 'a leading zero in an integer');
  const zero = EIP1559.map((field, i) => (i === 1 ? '0x00' : field));
  t.not(verdict(typed('0x02', zero)), 'accepted', 'zero as a byte');
  t.not(verdict(typed('0x02', [...EIP1559, '0x'])), 'accepted', 'a field too many');
  t.not(verdict(typed('0x02', EIP1559.slice(0, 8))), 'accepted', 'a field too few');
  t.not(verdict(`${typed('0x02', EIP1559)}00`), 'accepted', 'bytes behind it');
  const long = typed('0x02', EIP1559);
  const body = long.slice(6);
  t.not(
    verdict(`0x02f8${long.slice(4, 6) === 'f8' ? '' : n(body.length / 2).slice(2)}${body}`),
    'accepted',
    'a long form of a short length',
  );
  const legacyZeros = [...LEGACY.slice(0, 7), '0x00', '0x00'];
  t.not(verdict(typed('0x', legacyZeros)), 'accepted', 'r and s of EIP-155 as zero bytes');
});

t.test('refuses what is signed already', async (t) => {
  const wallet = Wallet.createRandom();
  for (const type of [0, 1, 2]) {
    const fees = type === 2 ? { maxFeePerGas: 2n, maxPriorityFeePerGas: 1n } : { gasPrice: 2n };
    const raw = await wallet.signTransaction({
      type,
      chainId: 1,
      nonce: 0,
      to: TO,
      gasLimit: 21_000n,
      ...fees,
    });
    t.equal(verdict(raw), 'is signed already', `type ${type}`);
  }
});

t.test('refuses types that it does not know how to judge', async (t) => {
  const blob = [...EIP1559, n(1), [`0x01${'00'.repeat(31)}`]];
  t.equal(verdict(typed('0x03', blob)), 'PAYLOAD_UNSUPPORTED');
  t.equal(verdict(typed('0x04', [...EIP1559, []])), 'PAYLOAD_UNSUPPORTED');
  t.equal(verdict('0x05c0'), 'is not an unsigned Ethereum transaction');
});

t.test('refuses a transaction that any chain would take', async (t) => {
  const replayable = 'has no chain id and could be replayed on any chain (EIP-155)';
  t.equal(verdict(typed('0x', LEGACY.slice(0, 6))), replayable, 'legacy before EIP-155');
  const zero = EIP1559.map((field, i) => (i === 0 ? '0x' : field));
  t.equal(verdict(typed('0x02', zero)), replayable, 'chain id 0');
});

t.test('a raw digest is signed as it is and assembles to nothing', async (t) => {
  const digest = new Uint8Array(32).fill(7);
  const decoded = decodePayload({ kind: 'raw_digest', digest }, FIELD);
  t.same(decoded.digest, digest);
  t.equal(decoded.purpose, 'raw');
  t.equal(decoded.assemble({ r: digest, s: digest, recid: 0 }).length, 0);
});

t.test('refuses a recovery id that Ethereum cannot express', async (t) => {
  const unsigned = getBytes(
    serializeTransaction({ type: 'eip1559', chainId: 1, maxFeePerGas: 3n, gas: 21_000n }),
  );
  const word = new Uint8Array(32).fill(1);

  t.throws(() => decode(unsigned).assemble({ r: word, s: word, recid: 2 }), InvalidInput);
});
