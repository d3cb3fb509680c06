/** A line of the service's JSON log as a person reads it in the terminal; anything else as it is. */
export function readable(line: string): string {
  if (!line.startsWith('{')) return line
  try {
    const { at: _, level, message, stack, ...more } = JSON.parse(line) as Record<string, unknown>
    const details = Object.entries(more).map(([key, value]) => `${key}=${shown(value)}`)
    const trace = Array.isArray(stack) ? `\n      ${stack.join('\n      ')}` : ''
    return `${level === 'info' ? '' : `${shown(level).toUpperCase()} `}${shown(message)}${details.length ? ` (${details.join(', ')})` : ''}${trace}`
  } catch {
    return line
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export const errorLine = (line: string) => (process.stderr.isTTY ? `\u001B[31m${line}\u001B[0m` : line)
