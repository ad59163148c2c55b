import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';

const MAX_LINES = 400;

/** Core files whose tests stand elsewhere, with the reason. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  'core/arith.ts': 'types only; test/core/reference.test.ts runs the port',
  'core/index.ts': 'exports only',
  'core/sign/state.ts': 'types only; the tests of the rounds run them',
  'core/types.ts': 'types only',
};

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
const written = files.filter(
  (path) => /\.(ts|js|mjs)$/.test(path) && !path.startsWith('proto/generated/'),
);
const read = (path: string): string => readFileSync(path, 'utf8');

function linesMatching(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line}`] : [])),
  );
}

await t.test('every file of core has its test file, or a reason stands here', async (t) => {
  const core = files.filter((path) => path.startsWith('core/') && path.endsWith('.ts'));

  const untested = core.filter((path) => {
    const test = `test/${path.replace(/\.ts$/, '.test.ts')}`;
    return !existsSync(test) && TESTED_ELSEWHERE[path] === undefined;
  });

  t.same(untested, []);
  t.same(
    Object.keys(TESTED_ELSEWHERE).filter((path) => !core.includes(path)),
    [],
    'names no file that is gone',
  );
});

await t.test('no test keeps the others from running', async (t) => {
  const tests = files.filter((path) => path.endsWith('.test.ts'));
  t.same(linesMatching(tests, /\bt\.only\(|\bonly: true/), []);
});

await t.test('every open end names its issue', async (t) => {
  t.same(linesMatching(written, /\b(T[O]DO|F[I]XME)\b(?!\(#\d+\))/), []);
});

await t.test('no tracked file names a folder of one machine or a package registry', async (t) => {
  const texts = files.filter((path) => !path.startsWith('docs/spec/') && path !== 'LICENSE');
  const folder = /(^|[\s"'`=(])\/(home\/(?!someone\b)|root\/|Users\/|work\/)[a-z]/;
  t.same(linesMatching(texts, folder), []);
  t.same(linesMatching(texts, /"resolved"[:] |https?:\/\/registry\./), []);
});

await t.test(`no file is longer than ${MAX_LINES} lines`, async (t) => {
  const long = written.filter((path) => read(path).split('\n').length > MAX_LINES + 1);
  t.same(long, []);
});
