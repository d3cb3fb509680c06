/** Shows what is being done. On a terminal the running line is rewritten in place, and gives way to what is said. */
export function createSteps(out: NodeJS.WriteStream) {
  let open = false
  const say = (line: string) => {
    out.write(`${open ? '\r\u001B[2K' : ''}${line}\n`)
    open = false
  }
  const rewrite = (line: string) => {
    out.write(`\r\u001B[2K  ${line}`)
    open = true
  }
  const add = (line: string) => {
    out.write(`  ${line}\n`)
  }
  return {
    say,
    /** Rewrites the running line on a terminal; elsewhere adds one, at most every two seconds. */
    progress: out.isTTY ? throttled(rewrite, 80) : throttled(add, 2_000),
  }
}

function throttled(print: (line: string) => void, every: number) {
  let last = -Infinity
  return (line: string) => {
    if (performance.now() - last < every) return
    last = performance.now()
    print(line)
  }
}
