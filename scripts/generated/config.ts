/**
 * docs/config.md: every setting of every configuration file, from the schemas that parse them.
 * @module
 */
import { format } from 'prettier';
import { clientJsonSchema } from '../../client/config.ts';
import { coordinatorJsonSchema } from '../../coordinator/config.ts';
import { signerJsonSchema } from '../../signer/config.ts';
import { variableOf } from '../../wire/process/config.ts';
import { meaningAt, meaningsOf, type Meanings } from './config-meanings.ts';

/** The part of JSON Schema that the configuration schemas use. */
type Schema = {
  type?: string;
  const?: string;
  enum?: string[];
  format?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | false;
  items?: Schema;
  oneOf?: Schema[];
  description?: string;
};

/** Line length of the repository's format. */
const PAGE_WIDTH = 100;

type ConfigFile = { name: string; source: string; schema: Record<string, unknown> };

const FILES: readonly ConfigFile[] = [
  { name: 'signer.yaml', source: 'signer/config.ts', schema: signerJsonSchema() },
  { name: 'coordinator.yaml', source: 'coordinator/config.ts', schema: coordinatorJsonSchema() },
  { name: 'client.yaml', source: 'client/config.ts', schema: clientJsonSchema() },
];

const code = (text: string): string => `\`${text}\``;

function valueOf(schema: Schema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.type === 'array') return `list of: ${valueOf(schema.items ?? {})}`;
  if (schema.type === 'integer') return `${schema.minimum ?? ''} to ${schema.maximum ?? ''}`;
  if (schema.type === 'boolean') return 'true, false';
  return schema.format ?? 'text';
}

type Setting = { path: readonly string[]; schema: Schema; required: boolean; variable: boolean };

/** Every setting at or below `path`. A variable can give those outside lists and alternatives. */
function settings({ path, schema, required, variable }: Setting): Setting[] {
  if (schema.oneOf)
    return schema.oneOf.flatMap((option) =>
      settings({ path, schema: option, required, variable: false }),
    );
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, child]) => {
      const isRequired = schema.required?.includes(name) ?? false;
      return settings({ path: [...path, name], schema: child, required: isRequired, variable });
    });
  if (schema.additionalProperties)
    return settings({
      path: [...path, '*'],
      schema: schema.additionalProperties,
      required,
      variable: false,
    });
  if (schema.items?.properties || schema.items?.oneOf) {
    const element = `${path.at(-1) ?? ''}[]`;
    return settings({
      path: [...path.slice(0, -1), element],
      schema: schema.items,
      required,
      variable: false,
    });
  }
  return [{ path, schema, required, variable: variable && schema.type !== 'array' }];
}

function row({ path, schema, required, variable }: Setting, meaning: string): string {
  const byDefault = schema.default === undefined ? '' : code(JSON.stringify(schema.default));
  const absent = required ? 'required' : byDefault;
  const key = code(path.join('.'));
  const cells = [key, valueOf(schema), absent, variable ? code(variableOf(path)) : '', meaning];
  return `| ${cells.join(' | ')} |`;
}

function section({ name, source, schema }: ConfigFile): string {
  const meanings = meaningsOf(source);
  const all = settings({ path: [], schema, required: true, variable: true });
  const rows = all.map((setting) => row(setting, meaningAt(meanings, setting.path)));
  const head = ['| key | value | if absent | environment | meaning |', '|---|---|---|---|---|'];
  return [`## ${name}`, '', ...head, ...rows, ''].join('\n');
}

/** Settings without a comment in their schema. */
export function configProblems(): Promise<string[]> {
  const problems = FILES.flatMap(({ name, source, schema }) => {
    const meanings = meaningsOf(source);
    return settings({ path: [], schema, required: true, variable: true })
      .filter(({ path }) => meaningAt(meanings, path) === '')
      .map(({ path }) => `${name}: ${path.join('.')} has no comment in ${source}`);
  });
  return Promise.resolve(problems);
}

/** The schema with what each setting means beside it. */
function described(schema: Schema, meanings: Meanings, path: readonly string[]): Schema {
  const { properties, items, oneOf, additionalProperties } = schema;
  const below = (child: Schema): Schema => described(child, meanings, path);
  const named = Object.entries(properties ?? {}).map(([name, child]) => {
    const at = [...path, name];
    const description = meaningAt(meanings, at);
    const said = description === '' ? {} : { description };
    return [name, { ...said, ...described(child, meanings, at) }] as const;
  });
  return {
    ...schema,
    ...(properties && { properties: Object.fromEntries(named) }),
    ...(items && { items: below(items) }),
    ...(oneOf && { oneOf: oneOf.map(below) }),
    ...(additionalProperties && { additionalProperties: below(additionalProperties) }),
  };
}

/** JSON Schemas for editors, by path of the committed file. */
export const CONFIG_SCHEMAS: readonly { path: string; text: () => Promise<string> }[] = FILES.map(
  ({ name, source, schema }) => ({
    path: `docs/schemas/${name.replace('.yaml', '.schema.json')}`,
    text: () => {
      const content = described(schema, meaningsOf(source), []);
      return format(JSON.stringify(content), { parser: 'json', printWidth: PAGE_WIDTH });
    },
  }),
);

export function configPage(): string {
  const head = `# Configuration

Made by \`npm run generate\` from the schemas that parse the files. Settings come from the file, then
from the environment, then from the flags \`--listen-grpc\` and \`--listen-http\`. Paths are relative to
the file's folder. An unknown key or variable is an error that names it. [examples/](examples) has a
file of each kind, [schemas/](schemas) a JSON Schema of each for editors.
`;
  return [head, ...FILES.map(section)].join('\n');
}
