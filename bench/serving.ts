import { load, type Load } from './load.ts'
import { cpu, forgetPeak, memory, parentOf } from './processes.ts'
import type { Question } from './questions.ts'
import type { Server } from './servers.ts'

/** One question to one server by so many clients: the median of the rounds with the least and most, CPU microseconds an answer. */
export type Measured = {
  question: Question
  clients: number
  server: string
  perSecond: [least: number, median: number, most: number]
  p50: number
  p99: number
  serverCpu: number
  databaseCpu: number
}

type Round = Load & { serverCpu: number; databaseCpu: number }

/**
 * Asks all servers the same in turn, A B A B, so that a busy machine burdens them alike. The first is what the others are compared with.
 * @param backend a process that serves a connection to the database
 */
export async function measureServing(
  servers: Server[],
  asked: {
    questions: [Question, string][]
    clients: number[]
    rounds: number
    ms: number
    token: string
    backend: number
  },
  told: (line: Measured) => void,
): Promise<void> {
  const { token, ms, rounds } = asked
  const headers = { authorization: `Bearer ${token}` }
  const postmaster = parentOf(asked.backend)
  for (const server of servers) forgetPeak(server.pid)
  for (const [question, path] of asked.questions)
    for (const clients of asked.clients) {
      const taken = new Map<Server, Round[]>(servers.map((server) => [server, []]))
      // Long enough for the runtime to compile what is measured.
      for (const { address } of servers) await load(address, path, { clients, ms: Math.max(600, ms / 4), headers })
      for (let round = 0; round < rounds; round += 1)
        for (const server of servers) {
          const before = [cpu(server.pid), cpu(postmaster)] as const
          const one = await load(server.address, path, { clients, ms, headers })
          const used = (now: number, then: number) => Math.max(0, now - then) / one.answers
          taken.get(server)?.push({
            ...one,
            serverCpu: used(cpu(server.pid), before[0]),
            databaseCpu: used(cpu(postmaster), before[1]),
          })
        }
      for (const [{ name }, all] of taken) {
        told({ question, clients, server: name, ...summed(all) })
      }
    }
}

/** Megabytes that each server held at most since the measuring began. */
export const peaksOf = (servers: Server[]) => servers.map(({ name, pid }) => ({ name, peak: memory(pid, 'VmHWM') }))

function summed(rounds: Round[]): Omit<Measured, 'question' | 'clients' | 'server'> {
  const of = (take: (round: Round) => number) => rounds.map(take).sort((a, b) => a - b)
  const median = (take: (round: Round) => number) => of(take)[Math.floor(rounds.length / 2)] ?? 0
  const rates = of(({ perSecond }) => perSecond)
  return {
    perSecond: [rates[0] ?? 0, median(({ perSecond }) => perSecond), rates.at(-1) ?? 0],
    p50: median(({ p50 }) => p50),
    p99: median(({ p99 }) => p99),
    serverCpu: median(({ serverCpu }) => serverCpu),
    databaseCpu: median(({ databaseCpu }) => databaseCpu),
  }
}
