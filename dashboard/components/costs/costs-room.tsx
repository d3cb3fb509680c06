'use client'

import { useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { costsPages } from '../../lib/costs-pages.ts'
import { useRange } from '../../lib/use-range.ts'
import { kept } from '../../lib/kept.ts'
import { useView } from '../../lib/use-view.ts'
import { Filters } from '../filters.tsx'
import { Room } from '../rooms/room.tsx'

type Props = { title: string; intro?: ReactNode; children: ReactNode }

/** A page about what things cost, with the way to the others. */
export function CostsRoom({ title, intro, children }: Props) {
  const { view, show } = useView()
  const { today, range } = useRange(view)
  return (
    <Room
      name="Costs"
      pages={costsPages}
      title={title}
      intro={intro}
      wide
      query={kept(useSearchParams())}
      filters={<Filters view={view} range={range} today={today} show={show} />}
    >
      {children}
    </Room>
  )
}
