import type { ReactNode } from 'react'
import { FiltersFrame } from './filters.tsx'
import { PageHead } from './page-head.tsx'
import { Shell } from './shell.tsx'
import { Skeleton } from './skeleton.tsx'

/** Header and filters of a page while its address is not read yet; without a `title` the address says what the page is about. */
export function PageFrame({ title, children }: { title?: string; children?: ReactNode }) {
  return (
    <Shell filters={<FiltersFrame />}>
      <PageHead title={title ?? <Skeleton width={8} />}>{children ?? <Skeleton width={18} />}</PageHead>
      <div aria-busy="true" />
    </Shell>
  )
}
