import { createHash } from 'node:crypto'
import type { Who } from '../access.ts'
import type { Freshness, Versions } from './freshness.ts'

/**
 * Who is signed in; `session_id` is missing with an API token. `must_set_up`: the team asks for a second factor that they do not have, so that
 * they can do nothing but set it up.
 */
export type SignedIn = Who & { session_id?: string; must_set_up?: boolean }

/** Tokens remembered at once; beyond it all are forgotten, so that memory stays bounded. */
const MOST_TOKENS = 10_000

type Known = { who: SignedIn; access: number; from: number; until: number }
export type KnownAskers = ReturnType<typeof createKnownAskers>

/**
 * Who stands behind a token, remembered so that a signature is checked and a session looked up once and not at every request. Whether a
 * session, a token or a right was taken away since is asked every time.
 */
export function createKnownAskers({ freshness, now }: { freshness: Freshness; now: () => Date }) {
  const known = new Map<string, Known>()
  const checks = new WeakMap<Request, Promise<Versions>>()
  const askers = new WeakMap<Request, SignedIn>()

  /** How things stand since the request came, asked once per request. */
  const versions = (request: Request): Promise<Versions> => {
    const checked = checks.get(request) ?? freshness.current()
    checks.set(request, checked)
    return checked
  }
  return {
    versions,
    /** Who sent this request, once that is known. */
    of: (request: Request) => askers.get(request),
    is: (request: Request, who: SignedIn) => void askers.set(request, who),
    find: async (request: Request, token: string): Promise<SignedIn | undefined> => {
      const key = keyOf(token)
      if (!known.has(key)) return undefined
      const { access } = await versions(request)
      const found = known.get(key)
      const at = now().getTime()
      if (found && found.access === access && found.from <= at && at < found.until) return found.who
      known.delete(key)
      return undefined
    },
    /** Finds out who it is by `ask` and remembers it for as long as `ask` says, in milliseconds since 1970. */
    learn: async (
      request: Request,
      token: string,
      ask: () => Promise<{ who: SignedIn; until: number } | undefined>,
    ): Promise<SignedIn | undefined> => {
      // First, so that what is taken away while `ask` looks counts as later.
      const { access } = await versions(request)
      const from = now().getTime()
      const answer = await ask()
      if (!answer) return undefined
      if (known.size >= MOST_TOKENS) known.clear()
      known.set(keyOf(token), { ...answer, access, from })
      return answer.who
    },
  }
}

/** Not the token itself: what lies in memory opens nothing. */
const keyOf = (token: string) => createHash('sha256').update(token).digest('base64')
