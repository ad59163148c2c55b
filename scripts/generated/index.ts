/** Every committed file or folder that is made from other files. */
import { writeFile } from 'node:fs/promises';
import { renderReasons } from '../../wire/reasons.ts';
import { checksPage, checksProblems } from './checks.ts';
import { CONFIG_SCHEMAS, configPage, configProblems } from './config.ts';
import { makeProtoTypes } from './proto-types.ts';

export type Generated = {
  /** Path of the committed file or folder, from the repository's root. */
  output: string;
  /** Writes it to `target`, whose parent folder exists. */
  make: (target: string) => Promise<void>;
  /** What is wrong with the sources, whether or not the committed file is up to date. */
  problems?: () => Promise<string[]>;
};

function page(output: string, text: () => string | Promise<string>): Generated {
  return { output, make: async (target) => writeFile(target, await text()) };
}

export const GENERATED: readonly Generated[] = [
  { output: 'proto/generated', make: makeProtoTypes },
  { ...page('docs/checks.md', checksPage), problems: checksProblems },
  page('docs/errors.md', renderReasons),
  { ...page('docs/config.md', configPage), problems: configProblems },
  ...CONFIG_SCHEMAS.map(({ path, text }) => page(path, text)),
];
