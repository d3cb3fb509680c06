'use client'

import { Preferences } from '../preferences.tsx'
import ui from '../ui.module.css'
import { SettingsRoom } from './settings-room.tsx'

/** How numbers are written, and the theme. */
export function Appearance() {
  return (
    <SettingsRoom title="Appearance" intro="How things look to you. Kept in this browser only.">
      <div className={ui.panel}>
        <Preferences />
      </div>
    </SettingsRoom>
  )
}
