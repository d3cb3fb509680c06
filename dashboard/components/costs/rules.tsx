'use client'

import { useState } from 'react'
import { longDayRange } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { ruleTerms, subjectOf, termOf } from '../../lib/rule-terms.ts'
import { type RulePath, type Rules as RulesOf, useCostRuleChanges, useCostRules } from '../../lib/use-cost-rules.ts'
import { useMay } from '../../lib/use-me.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { useTakenBack } from '../rooms/use-taken-back.tsx'
import { useUndo } from '../rooms/use-undo.tsx'
import ui from '../ui.module.css'
import { CostsRoom } from './costs-room.tsx'
import { RuleForm } from './rule-form.tsx'

type Props = { path: RulePath; title: string; intro: string }

/** The rules about fees or shipping of the store, or of all. */
export function Rules({ path, title, intro }: Props) {
  const { view } = useView()
  const asked = useCostRules(path, view.store)
  const { drop } = useCostRuleChanges(path)
  const { gone, later, undo: dropping } = useUndo<number>()
  const { done, undo } = useTakenBack()
  const may = useMay('products:write')
  const [making, setMaking] = useState(false)
  const { what } = ruleTerms[path]
  return (
    <CostsRoom title={title} intro={intro}>
      <div className={rows.bar}>
        {may && (
          <button type="button" className={ui.button} aria-expanded={making} onClick={() => setMaking(!making)}>
            New {what}
          </button>
        )}
        <p>
          <Downloads path={path} query={{ store: view.store }} />
        </p>
      </div>
      {making && (
        <div className={ui.panel}>
          <RuleForm
            path={path}
            onSaved={(sentence, back) => {
              setMaking(false)
              done(sentence, back)
            }}
            onCancel={() => setMaking(false)}
          />
        </div>
      )}
      <Asked asked={asked} lines={6}>
        {({ data }) => {
          const shown = data.filter(({ id }) => !gone.has(id))
          return shown.length === 0 ? (
            <Notice>There is no {what} here yet.</Notice>
          ) : (
            <ul className={rows.rows}>
              {shown.map((rule) => (
                <Rule
                  key={rule.id}
                  path={path}
                  rule={rule}
                  may={may}
                  onSaved={done}
                  onDrop={() => later(rule.id, `The ${what} is taken away.`, () => drop(rule.id))}
                />
              ))}
            </ul>
          )
        }}
      </Asked>
      {dropping}
      {undo}
    </CostsRoom>
  )
}

type RuleProps = {
  path: RulePath
  rule: RulesOf[RulePath]
  may: boolean
  onSaved: (sentence: string, back: () => Promise<unknown>) => void
  onDrop: () => void
}

function Rule({ path, rule, may, onSaved, onDrop }: RuleProps) {
  const format = useFormat()
  const [editing, setEditing] = useState(false)
  const { terms, others } = ruleTerms[path]
  return (
    <li className={rows.row} data-near data-rule={rule.id}>
      <div className={rows.main}>
        <p>
          {subjectOf(rule) ?? others} <span className={rows.badge}>{rule.store}</span>
        </p>
        <p className={rows.meta}>
          {terms
            .filter(({ name, unit }) => unit !== 'count' || termOf(rule, name) > 0)
            .map(({ name, label, unit }) => (
              <span key={name} data-term={name}>
                {label}{' '}
                {unit === 'percent'
                  ? format.exactPercent(termOf(rule, name))
                  : unit === 'money'
                    ? format.money(termOf(rule, name), rule.currency)
                    : format.count(termOf(rule, name))}
              </span>
            ))}
          <span>{longDayRange(rule.from, rule.to)}</span>
        </p>
      </div>
      {may && (
        <div className={rows.actions}>
          <button type="button" className={rows.plain} aria-expanded={editing} onClick={() => setEditing(!editing)}>
            Change
          </button>
          <button type="button" className={rows.plain} data-tone="loss" onClick={onDrop}>
            Take away
          </button>
        </div>
      )}
      {editing && (
        <RuleForm
          path={path}
          id={rule.id}
          onSaved={(sentence, back) => {
            setEditing(false)
            onSaved(sentence, back)
          }}
          onCancel={() => setEditing(false)}
        />
      )}
    </li>
  )
}
