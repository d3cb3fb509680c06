/** Shows what is being done, with its time once it took more than a second. On a terminal the line is rewritten in place. */
export function createSteps(out: NodeJS.WriteStream) {
  const live = out.isTTY === true
  let open = false
  const endLine = () => {
    if (open) out.write('\n')
    open = false
  }
  return {
    say(line: string) {
      endLine()
      out.write(`${line}\n`)
    },
    /** Replaces the running line on a terminal; elsewhere prints it at most every two seconds. */
    progress: throttled(
      (line: string) => {
        if (!live) return void out.write(`  ${line}\n`)
        out.write(`\r\u001B[2K  ${line}`)
        open = true
      },
      live ? 80 : 2_000,
    ),
    endLine,
  }
}

function throttled(print: (line: string) => void, every: number) {
  let last = 0
  return (line: string) => {
    if (performance.now() - last < every) return
    last = performance.now()
    print(line)
  }
}
