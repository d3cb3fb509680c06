type Placed = { heading: string[]; page: number | null; start_time: string | null; url: string | null }

/** Where in its source a chunk stands: the minute `2:05`, the page and the headings below the title; null when it has none of them. */
export function placeOf({ heading, page, start_time }: Placed): string | null {
  const headings = heading.slice(1).join(' › ')
  const parts = [start_time === null ? '' : clock(Number(start_time)), page === null ? '' : `page ${page}`, headings]
  return parts.filter(Boolean).join(', ') || null
}

/** The address of the source, of a video at that second; null when the source has none. */
export function linkTo({ url, start_time }: Placed): string | null {
  if (url === null || start_time === null) return url
  const link = new URL(url)
  link.searchParams.set('t', String(Math.floor(Number(start_time))))
  return link.href
}

function clock(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  const rest = String(Math.floor(seconds % 60)).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}
