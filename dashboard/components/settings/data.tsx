'use client'

import { useSync } from '../../lib/use-sync.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import { SyncRows } from '../sync/sync-rows.tsx'
import { SettingsRoom } from './settings-room.tsx'

/** What flows in by itself, and how far each of it is. */
export function Data() {
  return (
    <SettingsRoom
      title="Data"
      intro="What flows in by itself: when it last came in, when it comes next, and what is missing."
    >
      <Asked asked={useSync(null)}>
        {({ data }) =>
          data.length === 0 ? (
            <Notice>
              Nothing flows in by itself yet. Connect a shop under Stores; files can be imported in the meantime.
            </Notice>
          ) : (
            <SyncRows syncs={data} />
          )
        }
      </Asked>
    </SettingsRoom>
  )
}
