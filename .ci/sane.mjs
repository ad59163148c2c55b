/** `node .ci/sane.mjs start|bench FILE`: whether the JSON that a command printed says what it has to. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const SANE = {
  start({ wallet, signature, transaction, signers, timingsMs }) {
    assert.match(wallet.address, /^0x[0-9a-fA-F]{40}$/);
    assert.deepEqual([wallet.t, wallet.n, wallet.certificateVerified], [2, 3, true]);
    assert.equal(signature.verified, true);
    assert.equal(transaction.mined, true);
    assert.equal(signers.length, 3);
    assert.ok(timingsMs.total <= 60_000, `took ${timingsMs.total} ms`);
  },
  bench(report) {
    for (const id of ['P1', 'P3', 'P4', 'P5']) {
      assert.ok(report[id]?.length > 0, `${id} is missing`);
      for (const { name, value, unit, target } of report[id]) {
        assert.equal(typeof name, 'string');
        assert.ok(Number.isFinite(value) && value > 0, `${id} ${name}: ${value}`);
        assert.match(unit, /^(ms|kB)$/);
        assert.notEqual(target, undefined, `${id} ${name} has no target`);
      }
    }
  },
};

const [what, file] = process.argv.slice(2);
SANE[what](JSON.parse(readFileSync(file, 'utf8')));
