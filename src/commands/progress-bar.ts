/** A progress bar on a terminal; elsewhere a line every five seconds. */
export function progressBar(out: NodeJS.WriteStream) {
  let last = 0
  let drawn = false
  const width = 30
  return {
    show(step: string, done: number, total: number) {
      const every = out.isTTY ? 60 : 5_000
      if (performance.now() - last < every && done < total) return
      last = performance.now()
      const share = total > 0 ? Math.min(1, done / total) : 0
      const percent = `${Math.floor(share * 100)} %`.padStart(5)
      if (!out.isTTY) return void out.write(`${step} ${percent.trim()}\n`)
      const full = Math.round(share * width)
      out.write(`\r\u001B[2K${step.padEnd(14)} ${'█'.repeat(full)}${'░'.repeat(width - full)} ${percent}`)
      drawn = true
    },
    end() {
      if (drawn) out.write('\n')
      drawn = false
    },
  }
}
