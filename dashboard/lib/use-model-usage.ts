import useSWR from 'swr'
import { get, withQuery } from './api.ts'

type Sums = {
  questions: number
  requests: number
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cost_usd: number
}

export type ModelUsage = Sums & { day: string | null; email: string | null; agent: string | null; model: string | null }

/** What questions to the agents cost this month, by one thing. Costs are in US dollars. */
export const useModelUsage = (by: 'day' | 'person' | 'agent' | 'model') =>
  useSWR<{ start: string; end: string; data: ModelUsage[]; total: Sums }>(withQuery('/agents/usage', { by }), get)
