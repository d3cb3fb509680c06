/** The same value without what jsonb cannot hold: NUL and halves of surrogate pairs in its texts. */
export const storable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '').toWellFormed() : part,
  )
