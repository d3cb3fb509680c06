import { figuresIn } from '../agents/figures.ts'
import { AppError } from '../errors.ts'

/** Small counts, such as "the top 5" or "30 days", are part of how somebody wants an answer. */
const MOST = 31

/**
 * Figures change and memories do not: an amount or a percentage is never remembered, only the question behind it. Times, days and small
 * counts may be.
 * @throws AppError `invalid`
 */
export function mustHoldNoFigure(text: string): void {
  const figure = figuresIn(text).find(
    ({ kind, readings }) =>
      ['money', 'percent', 'points', 'times', 'range'].includes(kind) ||
      (kind === 'plain' && readings.every(({ value: { n, d } }) => d !== 1n || n > MOST)),
  )
  if (!figure) return
  throw new AppError(
    'invalid',
    `"${figure.text.trim()}" is a figure, and figures are not remembered because they change. Remember what the person wants to know instead, such as "wants the margin of nl first", and look the figure up when it is asked.`,
  )
}
