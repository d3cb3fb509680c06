import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { get, type Statement } from './query.ts'

/** What a person wrote in a conversation lately, without what stands fenced as the words of others. */
const personsWords = (sql: Sql, conversation_id: number): Statement => sql`
    select coalesce(string_agg(regexp_replace(block ->> 'text', '<data .*?(</data>|$)', ' ', 'g'), ' '), '') as words
    from (select content from messages where conversation_id = ${conversation_id} and role = 'user' order by id desc limit 10) m
    cross join lateral json_array_elements(m.content) block
    where block ->> 'type' = 'text' and block ->> 'text' not like '<context>%'`

type Said = { conversation_id: number; content: string }

/**
 * Whether the person of a conversation said this themselves: half of its telling words or more come close to one of theirs. What a model
 * read elsewhere they did not say. `forgets`: their words speak of forgetting; `schedules`: of a time, a rhythm, a reminder or a task.
 */
export const personSaid = get(
  v.object({ said: v.boolean(), forgets: v.boolean(), schedules: v.boolean() }),
  { conversation_id: 1, content: 'Answer in Dutch' },
  (sql, { conversation_id, content }: Said) => sql`
    with person as (${personsWords(sql, conversation_id)}),
    telling as (
      select distinct word
      from regexp_split_to_table(lower(${content}), '[^[:alnum:]]+') word
      where length(word) > 2 and length(to_tsvector('english', word)) > 0
    )
    select coalesce((select avg((word_similarity(word, lower(words)) >= 0.6)::int) >= 0.5 from telling), false) as said,
           words ~* '(forget|delete|remove|erase|vergeet|vergeten|verwijder|wis |vergiss|vergessen|lösch|entfern)' as forgets,
           words ~* '(remind|every|each |schedul|daily|weekly|monthly|tomorrow|tonight|minute|hour|o.clock|monday|tuesday|wednesday|thursday|friday|saturday|sunday|when|alert|notify|watch|task|pause|resume|herinner|elke|iedere|dagelijks|wekelijks|maandelijks|morgen|minuut|uur|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|wanneer|zodra|waarschuw|taak|taken|hervat|erinner|jede|täglich|wöchentlich|monatlich|stunde|uhr|montag|dienstag|mittwoch|freitag|samstag|sonntag|sobald|wenn|aufgabe|benachrichtig|pausier)' as schedules
    from person`,
)
