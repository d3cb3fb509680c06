'use client'

import { dayOf } from '../../lib/times.ts'
import { useTelegramAccounts, useUnlink } from '../../lib/use-telegram-accounts.ts'
import { Notice } from '../notice.tsx'
import { Pairings } from '../pairings.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { useUndo } from '../rooms/use-undo.tsx'
import ui from '../ui.module.css'
import { SettingsRoom } from './settings-room.tsx'

/** Who may talk to the bot. */
export function Telegram() {
  return (
    <SettingsRoom
      title="Telegram"
      intro="The same Alfred, in a chat. Whoever writes to the bot for the first time waits here for a yes, and then has the rights of their user."
    >
      <section className={rows.part} aria-labelledby="waiting">
        <h2 id="waiting" className={rows.title}>
          Waiting to be let in
        </h2>
        <div className={ui.panel}>
          <Pairings />
        </div>
      </section>
      <section className={rows.part} aria-labelledby="linked">
        <h2 id="linked" className={rows.title}>
          Linked accounts
        </h2>
        <Linked />
      </section>
    </SettingsRoom>
  )
}

function Linked() {
  const asked = useTelegramAccounts()
  const unlink = useUnlink()
  const { gone, later, undo } = useUndo<number>()
  return (
    <>
      <Asked asked={asked} lines={2}>
        {({ data }) => {
          const shown = data.filter(({ id }) => !gone.has(id))
          return shown.length === 0 ? (
            <Notice>Nobody is linked yet.</Notice>
          ) : (
            <ul className={rows.rows}>
              {shown.map(({ id, email, first_name, username, paired_at, blocked }) => (
                <li key={id} className={rows.row} data-near>
                  <div className={rows.main}>
                    <p>
                      {first_name} {username !== null && `@${username}`}{' '}
                      {blocked && <span className={rows.badge}>stopped the bot</span>}
                    </p>
                    <p className={rows.meta}>
                      <span>talks as {email}</span>
                      <span>since {dayOf(paired_at)}</span>
                    </p>
                  </div>
                  <div className={rows.actions}>
                    <button
                      type="button"
                      className={rows.plain}
                      data-tone="loss"
                      onClick={() => later(id, `${first_name} is unlinked.`, () => unlink(id))}
                    >
                      Unlink
                    </button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }}
      </Asked>
      {undo}
    </>
  )
}
