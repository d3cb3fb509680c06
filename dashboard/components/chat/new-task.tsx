'use client'

import { useState } from 'react'
import { textOf } from '../../lib/form-text.ts'
import { type Rhythm, weekdays } from '../../lib/rhythm.ts'
import { words } from '../../lib/tools.ts'
import { useStores } from '../../lib/use-stores.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { type Condition, type NewTask, useTaskChanges } from '../../lib/use-tasks.ts'
import { Field } from '../field.tsx'
import checks from '../rooms/checks.module.css'
import { Checks } from '../rooms/checks.tsx'
import { Choice } from '../rooms/choice.tsx'
import rows from '../rooms/rows.module.css'
import { TextArea } from '../rooms/text-area.tsx'
import ui from '../ui.module.css'

type Every = Rhythm['every']

const everies: { value: Every; label: string }[] = [
  { value: 'day', label: 'Every day' },
  { value: 'week', label: 'On days of the week' },
  { value: 'month', label: 'Once a month' },
  { value: 'once', label: 'Once' },
  { value: 'minutes', label: 'Every few minutes or hours (for a limit)' },
]
const metrics = [
  'net_profit',
  'margin_percent',
  'revenue',
  'orders',
  'ad_spend',
  'cm2',
  'cm3',
  'mer',
  'poas',
  'returns',
]
const periods = ['today', 'yesterday', 'this_week', 'last_week', 'this_month', 'last_month', 'last_30_days']

/** A reminder, a question at certain times, or a figure to be watched. */
export function NewTaskForm({ onDone }: { onDone: () => void }) {
  const { add } = useTaskChanges()
  const { data: stores } = useStores()
  const [kind, setKind] = useState<NewTask['kind']>('question')
  const [every, setEvery] = useState<Every>('day')
  const [watched, setWatched] = useState(false)
  const { busy, error, submit } = useSubmit(async (entered) => {
    const store = textOf(entered, 'store')
    await add({
      title: textOf(entered, 'title').trim(),
      kind,
      text: textOf(entered, 'text').trim(),
      rhythm: rhythmIn(entered, every),
      ...(store !== '' && { store }),
      ...(watched && { condition: conditionIn(entered) }),
    })
    onDone()
  })
  return (
    <form className={`${ui.panel} ${rows.form}`} aria-label="New task" onSubmit={submit}>
      <div className={rows.pair}>
        <Choice
          label="What"
          value={kind}
          onChange={(event) => setKind(event.target.value as NewTask['kind'])}
          options={[
            { value: 'question', label: 'A question for Alfred' },
            { value: 'reminder', label: 'A reminder' },
          ]}
        />
        <Field label="Name" name="title" required maxLength={100} placeholder="Week in review" />
      </div>
      <TextArea
        label={kind === 'question' ? 'The question' : 'The reminder'}
        name="text"
        required
        maxLength={2000}
        placeholder={kind === 'question' ? 'How did last week go, and why?' : 'Send the October invoices'}
      />
      <div className={rows.pair}>
        <Choice
          label="When"
          value={every}
          options={everies}
          onChange={(event) => setEvery(event.target.value as Every)}
        />
        {every === 'once' && <Field label="Day" name="day" type="date" required />}
        {every === 'month' && (
          <Field label="Day of the month" name="month_day" type="number" min={1} max={31} defaultValue={1} required />
        )}
        {every === 'minutes' ? (
          <Choice
            label="How often"
            name="minutes"
            options={[15, 30, 60, 120, 240, 480, 720].map((minutes) => ({
              value: String(minutes),
              label: minutes < 60 ? `${minutes} minutes` : `${minutes / 60} h`,
            }))}
          />
        ) : (
          <Field label="Time" name="at" type="time" defaultValue="09:00" required />
        )}
        <Choice
          label="Store"
          name="store"
          options={[
            { value: '', label: 'All stores' },
            ...(stores?.data ?? []).map(({ slug, name }) => ({ value: slug, label: name })),
          ]}
        />
      </div>
      {every === 'week' && (
        <Checks
          label="Days"
          name="weekday"
          ticked={['1']}
          options={weekdays.map((day, at) => ({ value: String(at + 1), label: day.slice(0, 3) }))}
        />
      )}
      <label className={checks.check}>
        <input type="checkbox" checked={watched} onChange={(event) => setWatched(event.target.checked)} />
        Only when a figure passes a limit
      </label>
      {watched && (
        <div className={rows.pair}>
          <Choice label="Figure" name="metric" options={metrics.map((value) => ({ value, label: words(value) }))} />
          <Choice label="Of" name="period" options={periods.map((value) => ({ value, label: words(value) }))} />
          <Choice
            label="Is"
            name="is"
            options={[
              { value: 'below', label: 'below' },
              { value: 'above', label: 'above' },
            ]}
          />
          <Field label="Limit" name="value" inputMode="decimal" required pattern="-?[0-9]+([.,][0-9]+)?" />
        </div>
      )}
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          Schedule
        </button>
        <button type="button" className={ui.quiet} onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}

const rhythmIn = (entered: FormData, every: Every): Rhythm => {
  const at = textOf(entered, 'at')
  if (every === 'once') return { every, day: textOf(entered, 'day'), at }
  if (every === 'week') return { every, weekdays: entered.getAll('weekday').map(Number), at }
  if (every === 'month') return { every, month_day: Number(textOf(entered, 'month_day')), at }
  if (every === 'minutes') return { every, minutes: Number(textOf(entered, 'minutes')) }
  return { every, at }
}

const conditionIn = (entered: FormData): Condition => ({
  metric: textOf(entered, 'metric'),
  period: textOf(entered, 'period'),
  is: textOf(entered, 'is') as Condition['is'],
  value: Number(textOf(entered, 'value').replace(',', '.')),
})
