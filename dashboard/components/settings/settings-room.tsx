import type { ReactNode } from 'react'
import { settingsPages } from '../../lib/settings-pages.ts'
import { Room } from '../rooms/room.tsx'

/** A page of the settings. */
export const SettingsRoom = ({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) => (
  <Room name="Settings" pages={settingsPages} title={title} intro={intro}>
    {children}
  </Room>
)
