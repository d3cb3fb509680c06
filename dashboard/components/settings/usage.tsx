'use client'

import { useState } from 'react'
import { dayRange, shortDay } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { type ModelUsage, useModelUsage } from '../../lib/use-model-usage.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Switch } from '../rooms/switch.tsx'
import ui from '../ui.module.css'
import { SettingsRoom } from './settings-room.tsx'
import styles from './usage.module.css'

const groups = [
  { value: 'person', label: 'Person' },
  { value: 'agent', label: 'Agent' },
  { value: 'model', label: 'Model' },
  { value: 'day', label: 'Day' },
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
      <Switch label="By" options={groups} value={by} onChoose={setBy} />
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
                <dd>{format.money(total.questions === 0 ? null : total.cost_usd / total.questions, 'USD')}</dd>
              </div>
            </dl>
            {data.length === 0 ? (
              <Notice>Nothing was asked this month.</Notice>
            ) : (
              <div className={styles.scroll} tabIndex={0} role="group" aria-label="Costs">
                <table className={styles.table}>
                  <thead>
                    <tr>
                      <th scope="col">{groups.find(({ value }) => value === by)?.label}</th>
                      <th scope="col">Cost</th>
                      <th scope="col">Questions</th>
                      <th scope="col">Requests</th>
                      <th scope="col">Tokens in</th>
                      <th scope="col">Tokens out</th>
                      <th scope="col">From the cache</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.map((row) => (
                      <tr key={nameOf(row, by)}>
                        <th scope="row">{nameOf(row, by)}</th>
                        <td>{format.money(row.cost_usd, 'USD')}</td>
                        <td>{format.count(row.questions)}</td>
                        <td>{format.count(row.requests)}</td>
                        <td>{format.count(row.input_tokens)}</td>
                        <td>{format.count(row.output_tokens)}</td>
                        <td>{format.count(row.cache_read_tokens)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
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
