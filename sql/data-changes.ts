import * as v from 'valibot'
import { command, get } from './query.ts'

/**
 * What has been committed since a moment: whether figures or rights changed. `seen` is the moment of this answer, to be asked about next;
 * `server` tells a server from another one that took its place.
 */
export const changesSince = get(
  v.object({ seen: v.string(), server: v.string(), figures: v.boolean(), access: v.boolean() }),
  { seen: '10:10:' },
  (sql, { seen }: { seen: string }) => sql`
    select pg_current_snapshot()::text as seen, pg_postmaster_start_time()::text as server,
           coalesce(bool_or(kind = 'figures'), false) as figures, coalesce(bool_or(kind = 'access'), false) as access
    from (
      select kind
      from data_changes
      where xid >= pg_snapshot_xmax(${seen}::text::pg_snapshot) and xid < pg_snapshot_xmax(pg_current_snapshot())
      union all
      select c.kind
      from pg_snapshot_xip(${seen}::text::pg_snapshot) as running (xid)
      join data_changes c on c.xid = running.xid) committed`,
)

/** Forgets changes of transactions that everybody can see by now. It counts as a change itself: whoever last asked before it starts anew. */
export const forgetChanges = command(
  {},
  (sql) => sql`
    with gone as (delete from data_changes where xid < pg_snapshot_xmin(pg_current_snapshot()))
    insert into data_changes (kind) values ('figures'), ('access')`,
)
