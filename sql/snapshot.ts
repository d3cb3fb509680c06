import { command } from './query.ts'

/** From here to the end of the transaction everything is read as of one moment, and nothing can be written. First statement of it. */
export const snapshot = command({}, (sql) => sql`set transaction isolation level repeatable read, read only`)
