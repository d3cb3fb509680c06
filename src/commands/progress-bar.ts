const WIDTH = 30

/** A progress bar on a terminal; elsewhere a line for each step, every five seconds, and at its end. */
export function progressBar(out: NodeJS.WriteStream) {
  const pause = out.isTTY ? 60 : 5_000
  let [last, shown, ended] = [0, '', false]
  return {
    show(step: string, done: number, total: number) {
      const share = total > 0 ? Math.min(1, done / total) : 1
      const begins = step !== shown
      const ends = share === 1 && (begins || !ended)
      if (!begins && !ends && performance.now() - last < pause) return
      ;[last, shown, ended] = [performance.now(), step, share === 1]
      const percent = `${Math.floor(share * 100)} %`
      const full = Math.round(share * WIDTH)
      const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`
      out.write(out.isTTY ? `\r\u001B[2K${step.padEnd(14)} ${bar} ${percent.padStart(5)}` : `${step} ${percent}\n`)
    },
    end() {
      if (out.isTTY && shown) out.write('\n')
    },
  }
}
