import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { Transaction, Wallet, hexlify } from 'ethers';
import t from 'tap';
import {
  parseCommittee,
  parseDigest,
  parsePath,
  parsePurposes,
  parseTransaction,
  parseWalletName,
} from '../../cli/arguments.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const TRANSFER = {
  type: 2,
  chainId: 31_337,
  nonce: 0,
  to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  value: '0x1',
  gasLimit: 21_000,
  maxFeePerGas: 2_000_000_000,
  maxPriorityFeePerGas: 1,
};

await t.test('reads paths and refuses hardened and oversized indices', async (t) => {
  t.same(parsePath('m'), []);
  t.same(parsePath(''), []);
  t.same(parsePath('m/0/7'), [0, 7]);
  t.same(parsePath('2147483647'), [2_147_483_647]);
  for (const bad of ["0'", '0h', '2147483648', '-1', '0//1', 'm/', '1.5', '01', ' 1']) {
    t.throws(() => parsePath(bad), InvalidArgumentError, bad);
  }
});

await t.test('reads committees that ascend', async (t) => {
  t.same(parseCommittee('1,2,255'), [1, 2, 255]);
  for (const bad of ['', '0', '2,1', '1,1', '256', '1,', 'a']) {
    t.throws(() => parseCommittee(bad), InvalidArgumentError, bad);
  }
});

await t.test('reads purposes in the order of the protocol', async (t) => {
  t.same(parsePurposes('raw,evm'), ['evm', 'raw']);
  for (const bad of ['', 'evm,', 'EVM', 'all']) {
    t.throws(() => parsePurposes(bad), InvalidArgumentError, bad);
  }
});

await t.test('reads digests of 32 bytes only', async (t) => {
  t.equal(parseDigest(`0x${'0a'.repeat(32)}`).length, 32);
  for (const bad of ['0a'.repeat(32), `0x${'0a'.repeat(31)}`, `0x${'0g'.repeat(32)}`]) {
    t.throws(() => parseDigest(bad), InvalidArgumentError, bad);
  }
});

await t.test('reads a transaction from JSON, hex and a file alike', async (t) => {
  const expected = Transaction.from(TRANSFER).unsignedSerialized;
  const file = join(temporaryDirectory(t), 'transfer.json');
  writeFileSync(file, `${JSON.stringify(TRANSFER)}\n`);

  t.equal(hexlify(parseTransaction(JSON.stringify(TRANSFER))), expected);
  t.equal(hexlify(parseTransaction(expected)), expected);
  t.equal(hexlify(parseTransaction(`@${file}`)), expected);
});

await t.test('refuses what is no unsigned transaction', async (t) => {
  const signed = await Wallet.createRandom().signTransaction(TRANSFER);
  const bad = [
    signed,
    '0x02',
    '{}x',
    '[]',
    JSON.stringify({ ...TRANSFER, from: TRANSFER.to }),
    JSON.stringify({ ...TRANSFER, gas: 1 }),
    JSON.stringify({ ...TRANSFER, to: '0x12' }),
  ];
  for (const each of bad) t.throws(() => parseTransaction(each), InvalidArgumentError, each);
});

await t.test('completes a wallet name', async (t) => {
  const digits = 'ab'.repeat(32);
  t.equal(parseWalletName(digits), `wallets/${digits}`);
  t.equal(parseWalletName(`wallets/${digits}`), `wallets/${digits}`);
  for (const bad of ['wallets/', `wallet/${digits}`, digits.toUpperCase(), `${digits}0`]) {
    t.throws(() => parseWalletName(bad), InvalidArgumentError, bad);
  }
});
