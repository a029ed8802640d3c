// Blits types `this` and templates loosely: TypeScript accepts any property of a component. These tests find the ones
// that no component declares.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '..', 'src');
/** Properties that Blits gives every component; its methods start with `$`. */
const BUILT_IN = new Set(['hasFocus', 'shader']);
/** Attributes that every element of a template takes. */
const ATTRIBUTES = new Set(['x', 'y', 'z', 'w', 'h', 'alpha', 'show', 'ref', 'key', 'for']);

function sourceFiles(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf-8' }).filter((name) => name.endsWith('.ts'));
}

/** The objects given to `Blits.Component` or `Blits.Application`. */
function componentsIn(root: ts.Node): ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText().startsWith('Blits.')) {
      const component = node.arguments.at(-1);
      if (component && ts.isObjectLiteralExpression(component)) found.push(component);
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

const keysOf = (node: ts.ObjectLiteralExpression): string[] =>
  node.properties.map((property) => property.name?.getText() ?? '');

/** What `props`, `state`, `computed` and `methods` declare. */
function declaredIn(component: ts.ObjectLiteralExpression): Set<string> {
  const names: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) names.push(...keysOf(node));
    else if (ts.isArrayLiteralExpression(node))
      for (const element of node.elements) if (ts.isStringLiteral(element)) names.push(element.text);
  };
  for (const property of component.properties) {
    const section = property.name?.getText() ?? '';
    if (ts.isPropertyAssignment(property) && ['props', 'computed', 'methods'].includes(section))
      collect(property.initializer);
    if (ts.isMethodDeclaration(property) && section === 'state')
      for (const statement of property.body?.statements ?? [])
        if (ts.isReturnStatement(statement) && statement.expression) collect(statement.expression);
  }
  return new Set(names);
}

/** The values of `template` in `component`, as text. */
function templateOf(component: ts.ObjectLiteralExpression): string {
  const property = component.properties.find((each) => each.name?.getText() === 'template');
  return property && ts.isPropertyAssignment(property) ? property.initializer.getText() : '';
}

/** The attributes that `template` gives to components (whose names begin with a capital), each as [component, name]. */
function attributesIn(template: string): [string, string][] {
  return Array.from(template.matchAll(/<([A-Z]\w+)((?:\s+[:@]?[\w.]+="[^"]*")*)/g))
    .filter(([, element]) => element !== 'Element' && element !== 'Text')
    .flatMap(([, element, attributes]) =>
      Array.from((attributes ?? '').matchAll(/\s:?([\w.]+)="/g)).map((m): [string, string] => [
        element ?? '',
        m[1]?.split('.')[0] ?? '',
      ]),
    );
}

function usedIn(component: ts.ObjectLiteralExpression): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword)
      names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(component);
  const template = templateOf(component);
  const loopVariables = new Set(
    Array.from(template.matchAll(/:for="\(?(\w+)(?:, *(\w+))?/g)).flatMap((m) => [m[1], m[2]]),
  );
  for (const [, name] of template.matchAll(/(?<!\$)\$(\w+)/g)) if (name && !loopVariables.has(name)) names.add(name);
  return new Set(Array.from(names).filter((name) => !name.startsWith('$')));
}

const components = sourceFiles().flatMap((file) =>
  componentsIn(ts.createSourceFile(file, readFileSync(join(SOURCES, file), 'utf-8'), ts.ScriptTarget.Latest, true)).map(
    (component) => ({ name: basename(file, '.ts'), component }),
  ),
);

describe.each(components)('$name', ({ component }) => {
  it('uses only properties that it declares', () => {
    const declared = declaredIn(component);
    expect(Array.from(usedIn(component)).filter((name) => !declared.has(name) && !BUILT_IN.has(name))).toEqual([]);
  });

  it('gives its children only attributes that they declare', () => {
    for (const [child, attribute] of attributesIn(templateOf(component))) {
      const definition = components.find(({ name }) => name === child)?.component;
      const declared = definition ? declaredIn(definition) : new Set<string>();
      expect(declared.has(attribute) || ATTRIBUTES.has(attribute), `<${child} ${attribute}>`).toBe(true);
    }
  });
});

it('finds the components', () => {
  expect(components.length).toBeGreaterThan(20);
  expect(
    components.map(({ component }) => attributesIn(templateOf(component)).length).reduce((a, b) => a + b),
  ).toBeGreaterThan(50);
});
