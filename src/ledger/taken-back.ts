import { type Sql, transaction } from '../../sql/connect.ts'

/** Does the work for real and takes it back, so that a preview cannot differ from what it previews. Resolves to what the work answered. */
export async function takenBack<T>(sql: Sql, work: (tx: Sql) => Promise<T>): Promise<T> {
  const takeBack = new Error('a preview is taken back')
  let answered: { answer: T } | undefined
  await transaction(sql, async (tx) => {
    answered = { answer: await work(tx) }
    throw takeBack
  }).catch((error: unknown) => {
    if (error !== takeBack) throw error
  })
  if (!answered) throw new Error('a preview did not run')
  return answered.answer
}
