import { zipSync } from 'fflate'

/** What the ECB answers instead, once: a failure, a page, or the right file cut in the middle. */
export type EcbFault = 'broken' | 'page' | 'cut'

/** Rates of a day: units of each currency for one euro, as the ECB writes them. */
export type EcbDay = { day: string; rates: Record<string, string> }

const FEEDS = { 'eurofxref-daily.xml': 1, 'eurofxref-hist-90d.xml': 90, 'eurofxref-hist.zip': Infinity }
type File = keyof typeof FEEDS

/**
 * The ECB's reference rates on loopback, in the files that it publishes: the last day and the last 90 days as XML, all days as a zip of CSV,
 * newest first. Anything else is not found and noted in `refused`. `asked` are the files in the order in which they were asked for.
 */
export function startEcb({ port = 0 }: { port?: number } = {}) {
  let days: EcbDay[] = []
  const faults: EcbFault[] = []
  const asked: string[] = []
  const refused: string[] = []

  const server = Bun.serve({
    port,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname, search } = new URL(request.url)
      const file = /^\/stats\/eurofxref\/([\w.-]+)$/.exec(pathname)?.[1]
      if (request.method !== 'GET' || search !== '' || !file || !(file in FEEDS)) {
        refused.push(`${request.method} ${pathname}${search}`)
        return new Response('Not Found', { status: 404 })
      }
      asked.push(file)
      const fault = faults.shift()
      if (fault === 'broken') return new Response('', { status: 503 })
      if (fault === 'page') return new Response('<!DOCTYPE html><html><body>Maintenance</body></html>')
      const bytes = fileOf(file as File)
      return new Response(fault === 'cut' ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes)
    },
  })

  /** What the file holds now. */
  function fileOf(file: File): Uint8Array {
    const newest = days.toSorted((a, b) => b.day.localeCompare(a.day))
    const from = new Date(Date.parse(newest[0]?.day ?? '2000-01-01') - FEEDS[file] * 86_400_000)
    if (file === 'eurofxref-hist.zip')
      return zipSync({ 'eurofxref-hist.csv': new TextEncoder().encode(historyOf(newest)) })
    const shown = newest.filter(({ day }) => Date.parse(day) > from.getTime())
    return new TextEncoder().encode(feedOf(shown, file === 'eurofxref-daily.xml' ? "'" : '"'))
  }

  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    refused,
    faults,
    /** Publishes these days, beside those before. */
    publish: (more: EcbDay[]) => {
      days = [...days, ...more]
    },
    stop: () => server.stop(true),
  }
}
export type EcbStandIn = ReturnType<typeof startEcb>

const feedOf = (days: EcbDay[], quote: string) =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">',
    '\t<gesmes:subject>Reference rates</gesmes:subject>',
    '\t<gesmes:Sender>\n\t\t<gesmes:name>European Central Bank</gesmes:name>\n\t</gesmes:Sender>',
    '\t<Cube>',
    ...days.map(({ day, rates }) =>
      [
        `\t\t<Cube time=${quote}${day}${quote}>`,
        ...Object.entries(rates).map(
          ([currency, rate]) => `\t\t\t<Cube currency=${quote}${currency}${quote} rate=${quote}${rate}${quote}/>`,
        ),
        '\t\t</Cube>',
      ].join('\n'),
    ),
    '\t</Cube>',
    '</gesmes:Envelope>',
  ].join('\n')

function historyOf(days: EcbDay[]): string {
  const currencies = [...new Set(['USD', ...days.flatMap(({ rates }) => Object.keys(rates))])]
  const lines = days.map(({ day, rates }) => [day, ...currencies.map((code) => rates[code] ?? 'N/A')])
  return `${[['Date', ...currencies], ...lines].map((fields) => `${fields.join(',')},`).join('\n')}\n`
}
