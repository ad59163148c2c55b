import { readFileSync } from 'node:fs';
import t from 'tap';
import { enveloped, render, stamped, wallet } from '../support/wire-example.ts';

const page = readFileSync('docs/wire-format.md', 'utf8');

t.test('the example of docs/wire-format.md is what the code computes', async (t) => {
  for (const block of [wallet, await stamped(), enveloped()]) {
    const text = render(block);
    t.ok(page.includes(text), `the page has this block:\n${text}`);
  }
});
