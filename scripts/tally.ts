/**
 * Counts tests in a TAP stream. A test is a `t.test` that holds no other; a file without any counts
 * as one. A failure outside every such test (a thrown import, a plan, a time-out) counts as one
 * failed test of its own, so that nothing that failed can leave the count at zero.
 * @module
 */
import type { Parser, Result } from 'tap-parser';

export type Tally = {
  passed: number;
  failures: { name: string; detail: string }[];
  skips: { name: string; reason: string }[];
};

export type FileResult = { name: string; ok: boolean; tests: number; timeMs: number };

type Group = {
  path: readonly string[];
  /** Tests inside; none: this group is itself a test. */
  tests: number;
  failures: number;
  failedAsserts: Result[];
};

function diagnosticsOf(result: Result): Record<string, unknown> {
  return { ...(result.diag as Record<string, unknown> | undefined) };
}

function describe(result: Result): string {
  const { diff, at, stack, ...rest } = diagnosticsOf(result);
  const text = [diff, stack ?? JSON.stringify(at)].filter((part) => typeof part === 'string');
  const detail = text.length > 0 ? text.join('\n') : JSON.stringify(rest, null, 2);
  return `${result.name}\n${detail}`.trimEnd();
}

/** A file that ran out of time is called `timeout!`; its name stands in the diagnostics. */
function nameOf(result: Result): string {
  const { expired } = diagnosticsOf(result);
  return typeof expired === 'string' ? expired : result.name;
}

export function observe(parser: Parser, onFile: (file: FileResult) => void): Tally {
  const tally: Tally = { passed: 0, failures: [], skips: [] };

  const fail = (group: Group, name: readonly string[], detail: string): void => {
    group.failures += 1;
    tally.failures.push({ name: name.join(' > '), detail });
  };

  /** The closing test point of `inner`, seen in `outer`. */
  const close = (outer: Group, inner: Group, point: Result): void => {
    if (inner.tests === 0 && point.ok) tally.passed += 1;
    else if (inner.tests === 0)
      fail(inner, inner.path, [...inner.failedAsserts, point].map(describe)[0] ?? '');
    else for (const each of inner.failedAsserts) fail(inner, inner.path, describe(each));
    if (!point.ok && inner.failures === 0) fail(inner, inner.path, describe(point));
    outer.failures += inner.failures;
    outer.tests += Math.max(1, inner.tests);
  };

  const watch = (level: Parser, group: Group, isRoot: boolean): void => {
    let inner: Group | undefined;
    level.on('child', (child: Parser) => {
      const name = child.name.replace(/^Subtest: /, '');
      inner = { path: [...group.path, name], tests: 0, failures: 0, failedAsserts: [] };
      watch(child, inner, false);
    });
    level.on('assert', (point: Result) => {
      const finished = inner;
      inner = undefined;
      if (point.skip) {
        const reason = typeof point.skip === 'string' ? point.skip : 'no reason given';
        tally.skips.push({ name: [...group.path, point.name].join(' > '), reason });
        group.tests += 1;
      } else if (finished) close(group, finished, point);
      else if (!point.ok && !point.todo)
        if (isRoot) fail(group, [nameOf(point)], describe(point));
        else group.failedAsserts.push(point);
      if (isRoot)
        onFile({
          name: nameOf(point),
          ok: point.ok,
          tests: Math.max(1, finished?.tests ?? 0),
          timeMs: point.time ?? 0,
        });
    });
  };

  const root: Group = { path: [], tests: 0, failures: 0, failedAsserts: [] };
  watch(parser, root, true);
  return tally;
}

export function summaryLine(tally: Tally): string {
  const skipped = tally.skips.length > 0 ? `, ${tally.skips.length} skipped` : '';
  return `${tally.passed} passed, ${tally.failures.length} failed${skipped}`;
}
