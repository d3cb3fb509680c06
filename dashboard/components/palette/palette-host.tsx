'use client'

import { usePathname } from 'next/navigation'
import { lazy, Suspense, useEffect, useState } from 'react'
import { onPalette } from '../../lib/palette.ts'

// Loaded when it is first opened.
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))

/** The command palette, which Ctrl or Cmd and K open on every page behind the login; it outlives the page that it leads away from. */
export function PaletteHost() {
  const [open, setOpen] = useState(false)
  const here = usePathname()
  const outside = here.startsWith('/login') || here.startsWith('/set-password')
  useEffect(() => {
    if (outside) return undefined
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      setOpen((before) => !before)
    }
    window.addEventListener('keydown', press)
    const forget = onPalette(() => setOpen(true))
    return () => {
      window.removeEventListener('keydown', press)
      forget()
    }
  }, [outside])
  if (!open) return null
  return (
    <Suspense>
      <Palette onClose={() => setOpen(false)} />
    </Suspense>
  )
}
