'use client'

import type { ReactNode } from 'react'
import { settingsPages } from '../../lib/settings-pages.ts'
import { useMe } from '../../lib/use-me.ts'
import { Room } from '../rooms/room.tsx'

/** A page of the settings, with the way to those that the user may see. */
export function SettingsRoom({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  const { data: me } = useMe()
  return (
    <Room
      name="Settings"
      pages={settingsPages.filter(({ needs }) => me?.scopes.includes(needs) ?? true)}
      title={title}
      intro={intro}
    >
      {children}
    </Room>
  )
}
