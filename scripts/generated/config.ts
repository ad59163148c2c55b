/**
 * docs/config.md: every setting of every configuration file, from the schemas that parse them.
 * @module
 */
import { clientJsonSchema } from '../../client/config.ts';
import { configJsonSchema as coordinatorJsonSchema } from '../../coordinator/config.ts';
import { signerJsonSchema } from '../../signer/config.ts';
import { variableOf } from '../../wire/process/config.ts';

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
};

const FILES: readonly { name: string; schema: Record<string, unknown> }[] = [
  { name: 'signer.yaml', schema: signerJsonSchema() },
  { name: 'coordinator.yaml', schema: coordinatorJsonSchema() },
  { name: 'client.yaml', schema: clientJsonSchema() },
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

function row({ path, schema, required, variable }: Setting): string {
  const byDefault = schema.default === undefined ? '' : code(JSON.stringify(schema.default));
  const absent = required ? 'required' : byDefault;
  const key = code(path.join('.'));
  return `| ${key} | ${valueOf(schema)} | ${absent} | ${variable ? code(variableOf(path)) : ''} |`;
}

function section(name: string, schema: Schema): string {
  const rows = settings({ path: [], schema, required: true, variable: true }).map(row);
  const head = ['| key | value | if absent | environment |', '|---|---|---|---|'];
  return [`## ${name}`, '', ...head, ...rows, ''].join('\n');
}

export function configPage(): string {
  const head = `# Configuration

Made by \`npm run generate\` from the schemas that parse the files. Settings come from the file, then
from the environment, then from the flags \`--listen-grpc\` and \`--listen-http\`. Paths are relative to
the file's folder. An unknown key or variable is an error that names it. [examples/](examples) has a
file of each kind.
`;
  return [head, ...FILES.map(({ name, schema }) => section(name, schema as Schema))].join('\n');
}
