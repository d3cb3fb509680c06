/** Where the dashboard lives; the same as `basePath` in next.config.ts. */
export const BASE = '/app'

/** The overview with its base, for full page loads. */
export const HOME = BASE

/** The login page, which leads back to `page` (a path without the base, with its query). */
export const loginFor = (page: string): string => (page === '/' ? '/login' : `/login?next=${encodeURIComponent(page)}`)

/** The full address of the page in `?next=`, when it is one of ours; else the overview. */
export const wayBack = (search: string): string => {
  const next = new URLSearchParams(search).get('next') ?? '/'
  if (!/^\/(?![/\\])/.test(next)) return HOME
  return BASE + next.replace(/^\/(?=\?|$)/, '')
}
