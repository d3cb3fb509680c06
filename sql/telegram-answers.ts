import * as v from 'valibot'
import { command, find } from './query.ts'
import { Id } from './units.ts'

/** A place in the material. */
const Cited = v.object({ title: v.string(), place: v.nullable(v.string()), url: v.nullable(v.string()) })
type Cited = v.InferOutput<typeof Cited>

type Question = { chat_id: number; question_id: number }

/** The messages that answered a question, when it was asked within the last two days: older ones cannot be edited. */
export const findTelegramAnswer = find(
  v.object({ message_ids: v.array(v.number()), update_id: v.nullable(Id), answer: v.nullable(v.unknown()) }),
  { chat_id: 1, question_id: 1 },
  (sql, { chat_id, question_id }: Question) =>
    sql`select message_ids, update_id, answer from telegram_answers where chat_id = ${chat_id} and question_id = ${question_id}`,
)

type Noted = Question & { message_ids: number[]; answer_id: number; citations: readonly Cited[] }
const NOTED: Noted = { chat_id: 1, question_id: 1, message_ids: [1], answer_id: 1, citations: [] }

/** Notes what answered a question; those of more than two days ago are forgotten. */
export const noteTelegramAnswer = command(
  NOTED,
  (sql, { chat_id, question_id, message_ids, answer_id, citations }: Noted) => sql`
    with forgotten as (delete from telegram_answers where answered_at < now() - interval '2 days')
    insert into telegram_answers (chat_id, question_id, message_ids, answer_id, citations)
    values (${chat_id}, ${question_id}, ${message_ids}::bigint[], ${answer_id}, ${sql.json(citations as never)})
    on conflict (chat_id, question_id) do update
    set message_ids = excluded.message_ids, answer = null, answered_at = now(), answer_id = excluded.answer_id, citations = excluded.citations`,
)

/** What an answer that was shown in a chat cites; nothing after two days. */
export const findTelegramCitations = find(
  v.object({ citations: v.array(Cited) }),
  { chat_id: 1, answer_id: 1 },
  (sql, { chat_id, answer_id }: { chat_id: number; answer_id: number }) =>
    sql`select citations from telegram_answers where chat_id = ${chat_id} and answer_id = ${answer_id}`,
)

type Given = Question & { update_id: number; answer: unknown }

/** Keeps what an update is answered until it is shown; the messages of an earlier answer to the same question stay known. */
export const keepTelegramAnswer = command(
  { chat_id: 1, question_id: 1, update_id: 1, answer: {} },
  (sql, { chat_id, question_id, update_id, answer }: Given) => sql`
    insert into telegram_answers (chat_id, question_id, message_ids, update_id, answer)
    values (${chat_id}, ${question_id}, '{}', ${update_id}, ${sql.json(answer as never)})
    on conflict (chat_id, question_id) do update set update_id = excluded.update_id, answer = excluded.answer`,
)
