import { Parser } from 'tap-parser';
import t from 'tap';
import { observe, summaryLine, type FileResult, type Tally } from '../../scripts/tally.ts';

function tallyOf(...lines: string[]): { tally: Tally; files: FileResult[] } {
  const parser = new Parser();
  const files: FileResult[] = [];
  const tally = observe(parser, (file) => files.push(file));
  parser.end(`TAP version 14\n${lines.join('\n')}\n`);
  return { tally, files };
}

await t.test('counts the tests that hold no other test', async (t) => {
  const { tally, files } = tallyOf(
    '# Subtest: a.test.ts',
    '    # Subtest: outer',
    '        # Subtest: first',
    '            ok 1 - x',
    '            ok 2 - y',
    '            1..2',
    '        ok 1 - first',
    '        ok 2 - of the outer one',
    '        # Subtest: second',
    '            ok 1 - x',
    '            1..1',
    '        ok 3 - second',
    '        1..3',
    '    ok 1 - outer',
    '    1..1',
    'ok 1 - a.test.ts # time=7ms',
    '1..1',
  );
  t.equal(summaryLine(tally), '2 passed, 0 failed');
  t.match(files, [{ name: 'a.test.ts', ok: true, tests: 2 }]);
});

await t.test('counts a file without tests of its own as one', async (t) => {
  const { tally } = tallyOf(
    '# Subtest: a.test.ts',
    '    ok 1 - x',
    '    1..1',
    'ok 1 - a.test.ts',
    '1..1',
  );
  t.equal(summaryLine(tally), '1 passed, 0 failed');
});

await t.test('gives a skipped test with its reason and does not count it as passed', async (t) => {
  const { tally } = tallyOf(
    '# Subtest: a.test.ts',
    '    ok 1 - needs more # SKIP no emulator',
    '    1..1',
    'ok 1 - a.test.ts',
    '1..1',
  );
  t.equal(summaryLine(tally), '0 passed, 0 failed, 1 skipped');
  t.same(tally.skips, [{ name: 'a.test.ts > needs more', reason: 'no emulator' }]);
});

await t.test('counts a failed test once, by its full name', async (t) => {
  const { tally } = tallyOf(
    '# Subtest: a.test.ts',
    '    # Subtest: outer',
    '        # Subtest: first',
    '            not ok 1 - x',
    '            not ok 2 - y',
    '            1..2',
    '        not ok 1 - first',
    '        1..1',
    '    not ok 1 - outer',
    '    1..1',
    'not ok 1 - a.test.ts',
    '1..1',
  );
  t.equal(summaryLine(tally), '0 passed, 1 failed');
  t.equal(tally.failures[0]?.name, 'a.test.ts > outer > first');
});

await t.test('counts what fails outside every test', async (t) => {
  await t.test('a throw after the tests of a file', async (t) => {
    const { tally } = tallyOf(
      '# Subtest: a.test.ts',
      '    # Subtest: first',
      '        ok 1 - x',
      '        1..1',
      '    ok 1 - first',
      '    not ok 2 - boom',
      '    1..2',
      'not ok 1 - a.test.ts',
      '1..1',
    );
    t.equal(summaryLine(tally), '1 passed, 1 failed');
  });

  await t.test('a file that failed although its tests passed', async (t) => {
    const { tally } = tallyOf(
      '# Subtest: a.test.ts',
      '    # Subtest: first',
      '        ok 1 - x',
      '        1..1',
      '    ok 1 - first',
      '    1..1',
      'not ok 1 - a.test.ts',
      '1..1',
    );
    t.equal(summaryLine(tally), '1 passed, 1 failed');
  });

  await t.test('a file that ran out of time', async (t) => {
    const { tally } = tallyOf(
      'not ok 1 - timeout!',
      '  ---',
      '  expired: a.test.ts',
      '  ...',
      '1..1',
    );
    t.equal(summaryLine(tally), '0 passed, 1 failed');
    t.equal(tally.failures[0]?.name, 'a.test.ts');
  });
});
