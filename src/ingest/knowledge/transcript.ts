import { AppError } from '../../errors.ts'
import { htmlText } from './html.ts'
import { oneLine, type Passage, type Read } from './passage.ts'

const TIME = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}(?:\s|$)`)

/**
 * WebVTT and SubRip, one passage a cue, sorted by time. A speaker (`<v Ann>`) is named where it changes; lines that a rolling caption
 * repeats count once. Cues without a readable time or text are left out and counted.
 * @throws AppError `invalid` when no cue is left
 */
export function readTranscript(text: string): Read {
  const lines = text.split('\n')
  const first = lines.findIndex((line) => line.includes('-->'))
  const language = /^Language:\s*(\S+)/im.exec(lines.slice(0, Math.max(first, 0)).join('\n'))?.[1]
  const cues: (Passage & { start: number; end: number })[] = []
  let broken = 0
  for (let at = first; at >= 0 && at < lines.length; at++) {
    const timing = lines[at] ?? ''
    if (!timing.includes('-->')) continue
    const payload: string[] = []
    while (lines[at + 1]?.trim() && !lines[at + 1]?.includes('-->')) payload.push(lines[++at] ?? '')
    // The number of a cue that follows without an empty line.
    if (lines[at + 1]?.includes('-->') && /^\s*\d+\s*$/.test(payload.at(-1) ?? '')) payload.pop()
    const times = TIMING.exec(timing)
    const [start, end] = times ? [seconds(times.slice(1, 5)), seconds(times.slice(5, 9))] : [0, 0]
    if (payload.length === 0) continue
    if (end > start) cues.push({ start, end, text: payload.join('\n'), heading: [] })
    else broken++
  }
  const passages = spoken(cues.sort((one, other) => one.start - other.start))
  if (passages.length === 0) throw new AppError('invalid', 'The transcript holds no cue with a time and a text.')
  const notes = broken ? [`${broken} ${broken === 1 ? 'cue' : 'cues'} without a readable time left out.`] : []
  return { passages, language, notes }
}

const seconds = ([hours = '0', minutes = '0', whole = '0', fraction = '']: string[]) =>
  (Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(whole) * 1_000 + Number(fraction.padEnd(3, '0'))) /
  1_000

function spoken(cues: Passage[]): Passage[] {
  const passages: Passage[] = []
  let [shown, speaker] = ['', '']
  for (const cue of cues) {
    const lines = cue.text
      .replace(/<[\d:.]+>|\{\\[^}]*\}/g, '')
      .replace(/<v(?:\.[^\s>]*)?\s+([^>]*)>/g, (_, name: string) => {
        const named = oneLine(name)
        const said = named === speaker ? '' : `${named}: `
        speaker = named
        return said
      })
      .split('\n')
      .map((line) => oneLine(htmlText(line)))
      .filter(Boolean)
    const fresh = lines[0] === shown ? lines.slice(1) : lines
    shown = lines.at(-1) ?? shown
    if (fresh.length > 0) passages.push({ ...cue, text: fresh.join(' ') })
  }
  return passages
}
