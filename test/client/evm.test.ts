import { getBytes, hexlify, keccak256, Wallet } from 'ethers';
import t from 'tap';
import { isSignedWith, serializeUnsigned } from '../../client/evm.ts';
import { decodePayload } from '../../wire/payload.ts';

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
  t.test(`writes a transaction of type ${fields.type} as ethers signs it`, async (t) => {
    const unsigned = serializeUnsigned(fields);
    const digest = getBytes(keccak256(unsigned));
    const { r, s, yParity } = WALLET.signingKey.sign(digest);
    const signature = { r: getBytes(r), s: getBytes(s), recid: yParity };

    const { assemble } = decodePayload({ kind: 'evm_transaction', unsigned }, 'payload');
    const raw = assemble(signature);

    t.equal(hexlify(raw), await WALLET.signTransaction(fields));
    t.ok(isSignedWith(raw, digest, signature));
    t.notOk(isSignedWith(raw, new Uint8Array(32), signature), 'another digest');
    t.notOk(isSignedWith(raw, digest, { ...signature, recid: 1 - yParity }), 'another recid');
    t.notOk(isSignedWith(raw.slice(1), digest, signature), 'not a transaction');
  });
}
