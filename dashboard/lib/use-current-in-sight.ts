import { type RefObject, useEffect, useRef } from 'react'

/**
 * A ref for a navigation that scrolls its row to the link of this page: on a phone the links stand in a row that scrolls. Once for each page
 * (whoever scrolls the row is not taken back), and when the browser has laid out the page of its own accord: asked for before, it does so twice
 * (21 of the 60 ms in which the P&L is first drawn).
 */
export function useCurrentInSight(): RefObject<HTMLElement | null> {
  const row = useRef<HTMLElement>(null)
  useEffect(() => {
    const nav = row.current
    if (!nav) return undefined
    const laidOut = new ResizeObserver(() => {
      const link = nav.querySelector<HTMLElement>('[aria-current="page"]')
      if (link) nav.scrollLeft = link.offsetLeft - nav.clientWidth / 3
      laidOut.disconnect()
    })
    laidOut.observe(nav)
    return () => laidOut.disconnect()
  }, [])
  return row
}
