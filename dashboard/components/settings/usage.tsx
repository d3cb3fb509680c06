'use client'

import { useState } from 'react'
import { dayRange, shortDay } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { type ModelUsage, useModelUsage } from '../../lib/use-model-usage.ts'
import { Downloads } from '../downloads.tsx'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { Switch } from '../rooms/switch.tsx'
import { Table } from '../table/table.tsx'
import ui from '../ui.module.css'
import { SettingsRoom } from './settings-room.tsx'
import styles from './usage.module.css'

const groups = [
  { value: 'person', label: 'Person' },
  { value: 'agent', label: 'Agent' },
  { value: 'model', label: 'Model' },
  { value: 'day', label: 'Day' },
] as const

const counts = [
  ['questions', 'Questions'],
  ['requests', 'Requests'],
  ['input_tokens', 'Tokens in'],
  ['output_tokens', 'Tokens out'],
  ['cache_read_tokens', 'From the cache'],
] as const

/** What questions to the agents cost this month. */
export function Usage() {
  const [by, setBy] = useState<(typeof groups)[number]['value']>('person')
  const asked = useModelUsage(by)
  const format = useFormat()
  return (
    <SettingsRoom
      title="Model costs"
      intro="What questions to the agents cost, at the prices of their day. Everybody has a budget for each day; who is near its end is told."
    >
      <div className={rows.bar}>
        <Switch label="By" options={groups} value={by} onChoose={setBy} />
        <Downloads path="/agents/usage" query={{ by }} />
      </div>
      <Asked asked={asked}>
        {({ start, end, data, total }) => (
          <section className={ui.panel} aria-label={dayRange(start, end)}>
            <dl className={styles.total}>
              <div>
                <dt>{dayRange(start, end)}</dt>
                <dd>{format.money(total.cost_usd, 'USD')}</dd>
              </div>
              <div>
                <dt>Questions</dt>
                <dd>{format.count(total.questions)}</dd>
              </div>
              <div>
                <dt>A question</dt>
                <dd data-made-here>
                  {format.money(total.questions === 0 ? null : total.cost_usd / total.questions, 'USD')}
                </dd>
              </div>
            </dl>
            {data.length === 0 ? (
              <Notice>Nothing was asked this month.</Notice>
            ) : (
              <Table<ModelUsage>
                label="Costs"
                head={{
                  name: by,
                  label: groups.find(({ value }) => value === by)?.label,
                  words: true,
                  newest: by === 'day',
                  value: (row) => (by === 'day' ? row.day : nameOf(row, by)),
                  render: (row) => nameOf(row, by),
                  title: (row) => nameOf(row, by),
                }}
                columns={[
                  {
                    name: 'cost_usd',
                    label: 'Cost',
                    value: (row) => row.cost_usd,
                    render: (row) => format.money(row.cost_usd, 'USD'),
                  },
                  ...counts.map(([name, label]) => ({
                    name,
                    label,
                    value: (row: ModelUsage) => row[name],
                    render: (row: ModelUsage) => format.count(row[name]),
                  })),
                ]}
                rows={data}
                keyOf={(row) => nameOf(row, by)}
              />
            )}
          </section>
        )}
      </Asked>
    </SettingsRoom>
  )
}

const nameOf = ({ day, email, agent, model }: ModelUsage, by: (typeof groups)[number]['value']): string =>
  ({
    day: day === null ? '' : shortDay(day),
    person: email ?? 'somebody who left',
    agent: agent ?? '',
    model: model ?? '',
  })[by]
