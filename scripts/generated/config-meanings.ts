/**
 * What the settings of a configuration mean: the comments of its schema in the source, so that the
 * page needs no second text.
 * @module
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** Schemas that every configuration may use by name. */
const SHARED = 'wire/process/config.ts';

/** `clients.grants.action` to its comment; lists and alternatives add nothing to a path. */
export type Meanings = ReadonlyMap<string, string>;
type Constants = ReadonlyMap<string, ts.Expression>;

function constantsOf(file: string): Constants {
  const text = readFileSync(file, 'utf8');
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const declarations = statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  return new Map(
    declarations.flatMap(({ name, initializer }) =>
      initializer === undefined ? [] : [[name.getText(), initializer]],
    ),
  );
}

/** The doc comment of a property, in one line. */
function commentOf(node: ts.Node): string | undefined {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter((each) => ts.isJSDoc(each));
  return ts.getTextOfJSDocComment(doc?.comment)?.replace(/\s+/g, ' ');
}

/** The expressions that a schema expression is made of, and the properties of an object. */
function partsOf(constants: Constants, node: ts.Node): readonly ts.Node[] {
  if (ts.isObjectLiteralExpression(node)) return node.properties;
  if (ts.isArrayLiteralExpression(node)) return node.elements;
  if (ts.isCallExpression(node)) return [node.expression, ...node.arguments];
  if (ts.isPropertyAccessExpression(node)) return [node.expression];
  const value = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
  return value === undefined ? [] : [value];
}

/** Collects the comments of all properties below `path`; the first of a name counts. */
function collect(constants: Constants, node: ts.Node, path: string, found: Map<string, string>) {
  if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) {
    for (const part of partsOf(constants, node)) collect(constants, part, path, found);
    return;
  }
  const name = node.name.getText();
  const below = path === '' ? name : `${path}.${name}`;
  const comment = commentOf(node);
  if (comment !== undefined && !found.has(below)) found.set(below, comment);
  const value = ts.isPropertyAssignment(node) ? node.initializer : constants.get(name);
  if (value !== undefined) collect(constants, value, below, found);
}

/** The comments of the constant `schema` of a file, by path of the setting. */
export function meaningsOf(file: string): Meanings {
  const constants = new Map([...constantsOf(SHARED), ...constantsOf(file)]);
  const found = new Map<string, string>();
  const schema = constants.get('schema');
  if (schema !== undefined) collect(constants, schema, '', found);
  return found;
}

/** The meaning of a setting; lists, alternatives and free names share that of what holds them. */
export function meaningAt(meanings: Meanings, path: readonly string[]): string {
  const names = path.map((name) => name.replace('[]', '')).filter((name) => name !== '*');
  return meanings.get(names.join('.')) ?? '';
}
