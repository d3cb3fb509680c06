'use client'

import { Pairings } from '../pairings.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { SettingsRoom } from './settings-room.tsx'

/** Who may talk to the bot. */
export function Telegram() {
  return (
    <SettingsRoom
      title="Telegram"
      intro="The same Alfred, in a chat. Whoever writes to the bot for the first time waits here for a yes, and then has the rights of their user."
    >
      <section aria-labelledby="waiting">
        <h2 id="waiting" className={rows.title}>
          Waiting to be let in
        </h2>
        <div className={ui.panel}>
          <Pairings />
        </div>
      </section>
    </SettingsRoom>
  )
}
