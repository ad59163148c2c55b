/**
 * `npm run bench [-- [--quick] [--json] [P1 P3 …]]`: measures the performance targets. Without
 * `--quick` every sample is kept as a file under bench/results/.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measure, type Measured } from './measure.ts';
import { QUESTIONS } from './questions.ts';
import type { Question } from './question.ts';
import { asJson, asTable, machine, type Answers, type Machine } from './report.ts';

const RESULTS = new URL('results/', import.meta.url);
const USAGE = `usage: npm run bench -- [--quick] [--json] [${QUESTIONS.map(({ id }) => id).join('] [')}]`;

async function keep(answers: Answers, on: Machine): Promise<void> {
  const at = new Date().toISOString();
  const samples = [...answers].map(([id, measured]) => {
    return [id, measured.map(({ line, samples }) => ({ ...line, samples }))] as const;
  });
  const record = { at, machine: on, samples: Object.fromEntries(samples) };
  await mkdir(RESULTS, { recursive: true });
  const file = new URL(`${at.replaceAll(':', '-')}.json`, RESULTS);
  await writeFile(file, `${JSON.stringify(record)}\n`);
}

type Command = {
  readonly quick: boolean;
  readonly json: boolean;
  readonly questions: readonly Question[];
};

/** Throws TypeError for what it does not know. */
function parseCommand(): Command {
  const options = { quick: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const unknown = positionals.filter((name) => !QUESTIONS.some(({ id }) => id === name));
  if (unknown.length > 0) throw new TypeError(`unknown figure ${unknown.join(', ')}`);
  const isWanted = ({ id }: Question): boolean =>
    positionals.length === 0 || positionals.includes(id);
  return {
    quick: values.quick ?? false,
    json: values.json ?? false,
    questions: QUESTIONS.filter(isWanted),
  };
}

async function run(command: Command): Promise<void> {
  const answers = new Map<string, readonly Measured[]>();
  for (const { id, quick, full, lines } of command.questions) {
    const plan = command.quick ? quick : full;
    process.stderr.write(`${id}: ${plan.runs} runs\n`);
    const measured: Measured[] = [];
    for (const line of lines) measured.push(await measure(line, plan));
    answers.set(id, measured);
  }
  const on = machine();
  if (!command.quick) await keep(answers, on);
  const text = command.json ? JSON.stringify(asJson(answers)) : asTable(answers, on);
  process.stdout.write(`${text}\n`);
}

let command: Command | undefined;
try {
  command = parseCommand();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}
if (command !== undefined) await run(command);
