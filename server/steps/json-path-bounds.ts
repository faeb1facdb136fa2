import {
  type FilterFunction,
  FunctionExpressionType,
  JSONPathNode,
  JSONPathNodeList,
  type JSONPathQuery,
  JSONPathSyntaxError,
  jsonpath,
} from 'json-p3';
import { patternProblem, search, searchSteps } from './pattern';

const { expressions, selectors } = jsonpath;
type Segment = JSONPathQuery['segments'][number];
type Expression = jsonpath.expressions.FilterExpression;

/** Nodes and conditions that are looked at for one path: some 30 ms. */
const BUDGET = 100_000;
/** Steps of a pattern on a text that count as one. */
const PATTERN_STEPS = 2;

/** A path that would take too long in a value. */
export class TooCostly extends Error {
  override readonly name = 'TooCostly';
}

/** A path that stops when it has looked at too much. */
export interface CompiledPath {
  /** The first node. Throws {@link TooCostly}. */
  first(value: unknown): { value: unknown; keys: (string | number)[] } | undefined;
}

type Json = ConstructorParameters<typeof JSONPathNode>[0];

/** Evaluation is synchronous: there is one at a time. */
let left = 0;
function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new TooCostly('The path looks at too much');
}

/** The same query, counting what it looks at; conditions and queries within them as well. */
export function bounded(query: JSONPathQuery): CompiledPath {
  meter(query);
  return {
    first: (value) => {
      left = BUDGET;
      const { value: found } = query.lazyQuery(value as Json).next();
      return found && { value: found.value, keys: found.location };
    },
  };
}

function meter({ segments }: JSONPathQuery): void {
  for (const segment of segments) {
    const descends = segment.toString().startsWith('..');
    segment.lazyResolve = (nodes) => resolved(segment, descends, nodes);
    segment.resolve = (nodes) => [...resolved(segment, descends, nodes)];
    for (const selector of segment.selectors)
      if (selector instanceof selectors.FilterSelector) meterExpression(selector.expression);
  }
}

function* resolved(
  segment: Segment,
  descends: boolean,
  nodes: Iterable<JSONPathNode>,
): Generator<JSONPathNode> {
  for (const top of nodes) {
    for (const node of descends ? descendants(top) : [top]) {
      for (const selector of segment.selectors) {
        spend(1);
        for (const found of selector.lazyResolve(node)) {
          spend(placed(found));
          yield found;
        }
      }
    }
  }
}

/** A node and all below it, each before its children; what has none has nothing to select from. */
function* descendants(top: JSONPathNode): Generator<JSONPathNode> {
  const open = [top];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    const { value, location, root } = node;
    if (value === null || typeof value !== 'object') continue;
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    for (const [key, item] of entries.reverse()) {
      spend(placed(node));
      if (item !== null && typeof item === 'object')
        open.push(new JSONPathNode(item, location.concat(key), root));
    }
  }
}

/** A node is made with a copy of its place. */
const placed = ({ location }: JSONPathNode): number => 1 + (location.length >> 3);

function meterExpression(expression: Expression): void {
  const evaluate = expression.evaluate.bind(expression);
  expression.evaluate = (context) => {
    spend(1);
    return evaluate(context);
  };
  if (expression instanceof expressions.LogicalExpression) meterExpression(expression.expression);
  else if (expression instanceof expressions.PrefixExpression) meterExpression(expression.right);
  else if (expression instanceof expressions.InfixExpression) {
    meterExpression(expression.left);
    meterExpression(expression.right);
    if (!expression.logical) for (const side of [expression.left, expression.right]) weigh(side);
  } else if (expression instanceof expressions.FunctionExtension) {
    if (expression.name === 'match' || expression.name === 'search') checkPattern(expression);
    for (const one of expression.args) meterExpression(one);
  } else if (expression instanceof expressions.FilterQuery) meter(expression.path);
}

/** Comparing two lists or objects looks at all that is in them. */
function weigh(side: Expression): void {
  const evaluate = side.evaluate.bind(side);
  side.evaluate = (context) => {
    const result = evaluate(context);
    if (result instanceof JSONPathNodeList) for (const { value } of result.nodes) spend(partsOf(value));
    return result;
  };
}

function partsOf(value: unknown): number {
  let parts = 0;
  const open = [value];
  while (open.length > 0 && parts <= left) {
    const one = open.pop();
    if (one === null || typeof one !== 'object') continue;
    for (const item of Object.values(one)) {
      parts += 1;
      open.push(item);
    }
  }
  return parts;
}

/** A pattern is known when a playbook is saved, and one of those that always end in time. */
function checkPattern({ name, args, token }: jsonpath.expressions.FunctionExtension): void {
  const pattern = args[1];
  const problem =
    pattern instanceof expressions.StringLiteral
      ? patternProblem(pattern.value)
      : 'must be written out in the path';
  if (problem) throw new JSONPathSyntaxError(`the pattern of ${name} ${problem}`, token);
}

/** `match` (the whole text) and `search` of RFC 9535. */
export class PatternFunction implements FilterFunction {
  readonly argTypes = [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType];
  readonly returnType = FunctionExpressionType.LogicalType;

  constructor(private readonly whole: boolean) {}

  call(text: unknown, pattern: unknown): boolean {
    if (typeof text !== 'string' || typeof pattern !== 'string') return false;
    const source = this.whole ? `^(?:${pattern})$` : pattern;
    spend(Math.ceil(searchSteps(source, text) / PATTERN_STEPS));
    return search(source, text).value !== undefined;
  }
}
