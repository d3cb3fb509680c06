/** A value of a row as our driver gives it: text, decimal text, exact number, day, list or JSON. */
export type Cell = string | number | boolean | null | undefined | Date | readonly unknown[] | object

/** Columns of decimal text and of numbers go out as numbers, everything else as text. Those of money are in the `currency` of their row. */
export type Column = { name: string; numeric: boolean; money: boolean }
export type Line = Record<string, Cell>

/**
 * A cell as text. A spreadsheet runs text that begins with one of these signs as a formula, so it gets an apostrophe in front; a number
 * keeps its minus.
 */
export function textOf(value: Cell, { numeric }: Pick<Column, 'numeric'>): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : value instanceof Date ? value.toISOString() : JSON.stringify(value)
  return !numeric && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}
