import { InvalidInput } from '../../core/index.ts';
import { Transaction, Wallet, getBytes, hexlify } from 'ethers';
import t from 'tap';
import {
  addressOf,
  serializeUnsigned,
  signedTransaction,
  transactionDigest,
} from '../../client/evm.ts';

const WALLET = new Wallet(`0x${'11'.repeat(32)}`);
const COMMON = {
  chainId: 31_337,
  nonce: 3,
  to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  value: 10n ** 18n,
  gasLimit: 21_000,
};
const TRANSACTIONS = [
  { ...COMMON, type: 0, gasPrice: 7 },
  { ...COMMON, type: 1, gasPrice: 7, accessList: [] },
  { ...COMMON, type: 2, maxFeePerGas: 9, maxPriorityFeePerGas: 1 },
];

for (const fields of TRANSACTIONS) {
  await t.test(`signs a transaction of type ${fields.type} as ethers does`, async (t) => {
    const unsigned = serializeUnsigned(fields);
    const digest = transactionDigest(unsigned);
    const { r, s, yParity } = WALLET.signingKey.sign(digest);

    const raw = signedTransaction(unsigned, { r: getBytes(r), s: getBytes(s), recid: yParity });

    t.equal(hexlify(raw), await WALLET.signTransaction(fields));
    t.equal(Transaction.from(hexlify(raw)).from, WALLET.address);
    t.equal(addressOf(getBytes(WALLET.signingKey.compressedPublicKey)), WALLET.address);
  });
}

await t.test('refuses bytes that are not the one canonical unsigned form', async (t) => {
  const unsigned = serializeUnsigned(TRANSACTIONS[2] ?? {});
  const signed = getBytes(await WALLET.signTransaction(TRANSACTIONS[2] ?? {}));
  // The chain id 0x7a69 (82 7a69) with a leading zero (83 00 7a69).
  const text = hexlify(unsigned).slice(2);
  const padded = text.replace('827a69', '83007a69');
  const length = Number.parseInt(padded.slice(2, 4), 16) + 1;
  const nonMinimal = Buffer.from(`02${length.toString(16)}${padded.slice(4)}`, 'hex');

  t.equal(Transaction.from(hexlify(nonMinimal)).chainId, 31_337n, 'ethers reads it');
  for (const bad of [signed, nonMinimal, Uint8Array.of(), Uint8Array.of(2), unsigned.slice(1)]) {
    t.throws(() => transactionDigest(bad), InvalidInput);
  }
});

await t.test('refuses a recovery id that Ethereum cannot express', async (t) => {
  const unsigned = serializeUnsigned(TRANSACTIONS[0] ?? {});
  const word = new Uint8Array(32).fill(1);

  t.throws(() => signedTransaction(unsigned, { r: word, s: word, recid: 2 }), InvalidInput);
});
