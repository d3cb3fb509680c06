import { loadModule, parseSync } from 'libpg-query'
import { AppError } from '../errors.ts'

await loadModule()

/** The views that a question may read. */
export const VIEWS = [
  'stores', 'daily_profit', 'order_facts', 'order_lines', 'refunds', 'products', 'product_days', 'ad_spend', 'fixed_costs', 'unit_costs',
] as const // prettier-ignore
export type View = (typeof VIEWS)[number]

/** Functions without side effects, and without a way to make much out of little. */
const FUNCTIONS = new Set([
  'count', 'sum', 'avg', 'min', 'max', 'stddev', 'stddev_samp', 'stddev_pop', 'variance', 'var_samp', 'var_pop', 'corr', 'regr_slope',
  'regr_intercept', 'percentile_cont', 'percentile_disc', 'mode', 'bool_and', 'bool_or', 'every', 'string_agg', 'array_agg', 'abs', 'round', 'ceil',
  'ceiling', 'floor', 'trunc', 'sign', 'mod', 'power', 'sqrt', 'ln', 'log', 'exp', 'width_bucket', 'date_trunc', 'date_part', 'extract', 'age',
  'make_date', 'to_char', 'to_date', 'lower', 'upper', 'initcap', 'length', 'char_length', 'trim', 'btrim', 'ltrim', 'rtrim', 'left', 'right',
  'substring', 'substr', 'position', 'strpos', 'split_part', 'starts_with', 'concat', 'concat_ws', 'row_number', 'rank', 'dense_rank',
  'percent_rank', 'cume_dist', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'nth_value', 'grouping', 'generate_series',
]) // prettier-ignore
const TYPES = new Set([
  'int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'text', 'varchar', 'bpchar', 'bool', 'date', 'timestamp', 'timestamptz', 'interval', 'time',
]) // prettier-ignore
/** Every kind of node that a question may be made of. What is not here is refused, also what later versions of Postgres add. */
const NODES = new Set([
  'SelectStmt', 'ResTarget', 'ColumnRef', 'A_Star', 'String', 'Integer', 'Float', 'Boolean', 'A_Const', 'A_Expr', 'BoolExpr', 'NullTest',
  'BooleanTest', 'FuncCall', 'TypeCast', 'TypeName', 'RangeVar', 'RangeSubselect', 'RangeFunction', 'JoinExpr', 'Alias', 'SubLink', 'CaseExpr',
  'CaseWhen', 'CoalesceExpr', 'MinMaxExpr', 'SortBy', 'WindowDef', 'WithClause', 'CommonTableExpr', 'GroupingSet', 'GroupingFunc', 'A_ArrayExpr',
  'List', 'RowExpr', 'SQLValueFunction', 'NamedArgExpr',
]) // prettier-ignore
const TOO_LONG = 8_000

type Node = Record<string, unknown>
const refuse = (why: string): never => {
  throw new AppError('invalid', `${why} Write one plain SELECT over these views: ${VIEWS.join(', ')}.`)
}

/**
 * Reads a question with the parser of Postgres itself and answers the views it is about.
 * @throws AppError `invalid` for anything but one SELECT over the views, with known functions, types and operators only
 */
export function viewsOf(question: string): View[] {
  if (question.length > TOO_LONG) refuse(`That is longer than ${TOO_LONG.toLocaleString('en')} characters.`)
  if (question.includes('\0') || !question.isWellFormed()) refuse('That holds characters that no SQL has.')
  const statements = parsed(question)
  const [only] = statements
  if (!only?.stmt || statements.length !== 1) return refuse(`That is ${statements.length} statements.`)
  const kinds = Object.keys(only.stmt)
  if (kinds[0] !== 'SelectStmt') refuse(`That is a ${kinds[0] ?? 'nothing'}.`)
  const views = new Set<View>()
  walk(only.stmt, new Set())
  return [...views]

  function walk(node: unknown, known: ReadonlySet<string>, depth = 0): void {
    if (depth > 120) refuse('That is nested too deeply.')
    if (Array.isArray(node)) {
      for (const item of node) walk(item, known, depth + 1)
      return
    }
    if (node === null || typeof node !== 'object') return
    for (const [key, inner] of Object.entries(node as Node)) {
      if (key === 'intoClause' || key === 'lockingClause') refuse(`${key === 'intoClause' ? 'INTO' : 'FOR UPDATE'} is not possible.`) // prettier-ignore
      const kind = kindOf(key, inner)
      if (kind) check(kind, inner as Node)
      walk(inner, scopeOf(inner, known), depth + 1)
    }

    function check(kind: string, inner: Node) {
      if (!NODES.has(kind)) refuse(`${kind} is not possible.`)
      if (kind === 'RangeVar') {
        const { schemaname, catalogname, relname } = inner as Record<string, string | undefined>
        const isNamed = schemaname === undefined && relname !== undefined && known.has(relname)
        if (isNamed) return
        if (
          catalogname !== undefined ||
          (schemaname !== undefined && schemaname !== 'ask') ||
          !VIEWS.includes(relname as View)
        )
          refuse(`There is no view ${[schemaname, relname].filter(Boolean).join('.')}.`)
        views.add(relname as View)
      }
      if (kind === 'FuncCall') mustBeOf(FUNCTIONS, namesOf(inner['funcname']), 'function')
      if (kind === 'TypeName') mustBeOf(TYPES, namesOf(inner['names']), 'type')
      if (
        (kind === 'A_Expr' || kind === 'SubLink' || kind === 'SortBy') &&
        namesOf(inner['name'] ?? inner['operName'] ?? inner['useOp']).length > 1
      )
        // prettier-ignore
        refuse('An operator with a schema is not possible.')
      if (kind === 'SQLValueFunction' && !/DATE|TIMESTAMP/.test(String(inner['op']))) refuse('Only current_date is possible.') // prettier-ignore
      if (kind === 'CommonTableExpr' && Object.keys((inner['ctequery'] as Node | undefined) ?? {})[0] !== 'SelectStmt')
        refuse('WITH may only hold SELECT.')
    }
  }

  /** The names that WITH gives are known in the whole statement that it belongs to. */
  function scopeOf(inner: unknown, known: ReadonlySet<string>): ReadonlySet<string> {
    const withClause = (inner as Node | null | undefined)?.['withClause'] as Node | undefined
    const ctes = (withClause?.['ctes'] as Node[] | undefined) ?? []
    const names = ctes.map((cte) => String((cte['CommonTableExpr'] as Node | undefined)?.['ctename']))
    return names.length > 0 ? new Set([...known, ...names]) : known
  }
}

/** Fields that hold a node without naming its kind, with that kind; null for plain values. Any other field must name it. */
const UNNAMED: Record<string, string | null> = {
  typeName: 'TypeName', alias: 'Alias', join_using_alias: 'Alias', over: 'WindowDef', withClause: 'WithClause', larg: 'SelectStmt', rarg: 'SelectStmt',
  ival: null, fval: null, sval: null, boolval: null,
} // prettier-ignore

/** Which kind of node a field holds: its name says so when it begins with a capital. */
function kindOf(key: string, inner: unknown): string | undefined {
  if (/^[A-Z]/.test(key)) return key
  if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return undefined
  if (Object.keys(inner).every((name) => /^[A-Z]/.test(name)) && Object.keys(inner).length === 1) return undefined
  if (!(key in UNNAMED)) return refuse(`${key} is not possible.`)
  return UNNAMED[key] ?? undefined
}

function parsed(question: string): { stmt?: Node }[] {
  try {
    return parseSync(question).stmts ?? []
  } catch (error) {
    return refuse(`That is no SQL: ${error instanceof Error ? error.message : 'it cannot be read'}.`)
  }
}

const namesOf = (list: unknown): string[] =>
  ((list ?? []) as { String?: { sval?: string } }[]).map((part) => part.String?.sval ?? '?')

function mustBeOf(known: ReadonlySet<string>, names: string[], what: string) {
  const plain = names.length === 2 && names[0] === 'pg_catalog' ? names.slice(1) : names
  if (plain.length !== 1 || !known.has(plain[0]!)) refuse(`The ${what} ${names.join('.')} is not possible.`)
}
