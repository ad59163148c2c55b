import { spawnSync } from 'node:child_process';
import t from 'tap';
import { measure, median, quantile, type Measured } from '../../bench/measure.ts';
import type { Line } from '../../bench/question.ts';
import { QUESTIONS } from '../../bench/questions.ts';
import { asJson, asTable, machine } from '../../bench/report.ts';

const MAIN = 'bench/main.ts';

function runMain(...args: string[]) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawnSync(process.execPath, [MAIN, ...args], { env, encoding: 'utf8' });
}

const line: Line = {
  name: 'a thing',
  setting: 'n = 1',
  unit: 'ms',
  target: 2,
  prepare: () => {
    let calls = 0;
    return () => ++calls;
  },
};

t.test(
  'a real run of every figure makes one JSON object of names, values, units, targets',
  async (t) => {
    const once = { warmUp: 0, runs: 1 };
    const answers = new Map<string, Measured[]>();
    for (const { id, lines } of QUESTIONS)
      answers.set(id, await Promise.all(lines.map((each) => measure(each, once))));

    const json = JSON.parse(JSON.stringify(asJson(answers))) as Record<string, object[]>;

    t.same(Object.keys(json), ['P1', 'P3', 'P4', 'P5']);
    const units: Record<string, string> = { P1: 'ms', P3: 'kB', P4: 'ms', P5: 'ms' };
    for (const [id, lines] of Object.entries(json)) {
      t.ok(lines.length > 0, id);
      for (const each of lines) {
        t.match(each, { name: /./, value: Number, unit: units[id], target: Number });
        t.same(Object.keys(each), ['name', 'value', 'unit', 'target']);
        t.ok(Object.values(each).every((value) => typeof value === 'string' || value > 0));
      }
    }
  },
);

t.test('prints one JSON object and nothing else on standard output', (t) => {
  const { status, stdout } = runMain('--quick', '--json', 'P5');

  t.equal(status, 0);
  t.same(Object.keys(JSON.parse(stdout) as object), ['P5']);
  t.equal(stdout.indexOf('\n'), stdout.length - 1);
  t.end();
});

t.test('refuses a figure or flag that it does not know, with the usage', (t) => {
  for (const wrong of ['P9', '--quik']) {
    const { status, stdout, stderr } = runMain(wrong);
    t.equal(status, 2, wrong);
    t.equal(stdout, '');
    t.match(stderr, /usage: npm run bench/);
  }
  t.end();
});

t.test('warms up, then keeps every sample in order', async (t) => {
  const { samples } = await measure(line, { warmUp: 2, runs: 3 });

  t.same(samples, [3, 4, 5]);
});

t.test('quantiles are samples, whatever their order', (t) => {
  const samples = [5, 1, 4, 2, 3];

  t.equal(median(samples), 3);
  t.equal(quantile(samples, 0.1), 1);
  t.equal(quantile(samples, 0.9), 5);
  t.equal(median([7]), 7);
  t.end();
});

t.test('the table names the machine and says plainly which targets are missed', (t) => {
  const on = machine();
  const measured = { line, samples: [10, 30, 20] };
  const met = { line: { ...line, name: 'another', target: 40 }, samples: [10, 30, 20] };

  const table = asTable(new Map([['P1', [measured, met]]]), on);

  t.match(table, on.cpu);
  t.match(table, `noble verifies in ${on.nobleVerifyMs} ms`);
  t.match(table, process.versions.node);
  t.match(table, /P1 +a thing +n = 1 +20 ms +10 +30 +3 +2 ms +missed: 10 x\n/);
  t.match(table, /P1 +another +n = 1 +20 ms +10 +30 +3 +40 ms +met$/);
  t.end();
});
