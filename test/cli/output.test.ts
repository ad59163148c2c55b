import t from 'tap';
import { createOutput, duration } from '../../cli/output.ts';

function outputTo(lines: string[], json: boolean) {
  return createOutput({ json }, { stdout: { write: (text: string) => lines.push(text) } });
}

await t.test('prints one object with --json and nothing else', async (t) => {
  const lines: string[] = [];
  const output = outputTo(lines, true);

  output.line('for people');
  t.equal(await output.phase('boot', async () => 7), 7);
  output.result({ done: true }, ['for people']);

  t.same(lines, ['{\n  "done": true\n}\n']);
});

await t.test('prints plain lines where there is no terminal', async (t) => {
  const lines: string[] = [];
  const output = outputTo(lines, false);

  await output.phase('boot', async () => undefined);
  output.result({ done: true }, ['one', 'two']);

  t.match(lines[0], /^boot: done in \d+ ms\n$/);
  t.same(lines.slice(1), ['one\n', 'two\n']);
});

await t.test('passes the failure of a phase on', async (t) => {
  const failing = async (): Promise<never> => {
    throw new Error('no such signer');
  };

  for (const json of [true, false]) {
    await t.rejects(outputTo([], json).phase('boot', failing), /no such signer/);
  }
});

await t.test('writes times as people read them', async (t) => {
  t.same([0.4, 840, 999.4, 3210, 61_000].map(duration), [
    '0 ms',
    '840 ms',
    '999 ms',
    '3.2 s',
    '61.0 s',
  ]);
});
