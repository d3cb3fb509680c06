'use client'

import { useEffect, useState } from 'react'
import { ApiError, reasonFor, sentenceFor, type Tagged } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import type { ProfitEffect } from '../../lib/profit-effect.ts'
import { ruleTerms, subjectOf, termOf } from '../../lib/rule-terms.ts'
import { AMOUNT, amountOf } from '../../lib/typed-amount.ts'
import { type RulePath, type Rules, type RuleTerms, useCostRuleChanges } from '../../lib/use-cost-rules.ts'
import { useStores } from '../../lib/use-stores.ts'
import { Field } from '../field.tsx'
import { Choice } from '../rooms/choice.tsx'
import { FormEnd } from '../rooms/form-end.tsx'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import { Effect } from './effect.tsx'

type Props = {
  path: RulePath
  /** The rule that is changed; without one a new one is made. */
  id?: number
  /** Whom a new rule is about, when that is known. */
  fixed?: { store: string; subject: string | null }
  from?: string
  onSaved: (sentence: string, back: () => Promise<unknown>) => unknown
  onCancel: () => void
}

/** Makes a rule about fees or shipping, or changes one as it is on the server now. The effect on past profit can be seen first. */
export function RuleForm({ path, id, fixed, from, onSaved, onCancel }: Props) {
  const { subject, others, what, terms } = ruleTerms[path]
  const rules = useCostRuleChanges(path)
  const { data: stores } = useStores()
  const [known, setKnown] = useState<Tagged<Rules[RulePath]>>()
  const [theirs, setTheirs] = useState<{ now: Tagged<Rules[RulePath]>; mine: RuleTerms }>()
  const [effect, setEffect] = useState<ProfitEffect>()
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    let left = false
    if (id !== undefined)
      rules.read(id).then(
        (now) => !left && setKnown(now),
        (failure: unknown) => !left && setError(sentenceFor(failure)),
      )
    return () => {
      left = true
    }
    // oxlint-disable-next-line react/exhaustive-deps -- read once, when the editing begins
  }, [id])

  if (id !== undefined && !known && error === undefined)
    return (
      <div className={rows.whole}>
        <Skeleton width={40} />
      </div>
    )
  const rule = known?.value

  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(reasonFor(failure))
    }
    setBusy(false)
  }
  const send = (asked: RuleTerms, current = known) =>
    attempt(async () => {
      if (!current) {
        const made = await rules.add(asked)
        return onSaved(`The ${what} holds now.`, () => rules.drop(made.id))
      }
      const before = current.value
      try {
        await rules.change(before.id, asked, current.etag)
      } catch (failure) {
        if (!(failure instanceof ApiError) || failure.status !== 412) throw failure
        return setTheirs({ mine: asked, now: await rules.read(before.id) })
      }
      return onSaved(`The ${what} is changed.`, async () => {
        const { etag } = await rules.read(before.id)
        const was = Object.fromEntries(changeable(path).map(({ name }) => [name, termOf(before, name)]))
        await rules.change(before.id, { ...was, from: before.from, to: before.to }, etag)
      })
    })
  const askedOf = (entered: FormData): RuleTerms => ({
    ...Object.fromEntries(
      (rule ? changeable(path) : terms).map(({ name, unit }) => {
        const typed = amountOf(textOf(entered, name))
        return [name, unit === 'count' ? Number(typed || 0) : typed || '0']
      }),
    ),
    from: textOf(entered, 'from') || null,
    to: textOf(entered, 'to') || null,
    ...(!rule && {
      store: fixed?.store ?? textOf(entered, 'store'),
      [subject]: fixed ? fixed.subject : textOf(entered, 'subject').trim() || null,
    }),
  })
  return (
    <form
      className={`${rows.form} ${rows.whole}`}
      aria-label={
        rule || fixed ? `${what} of ${(rule ? subjectOf(rule) : fixed?.subject) ?? 'all others'}` : `New ${what}`
      }
      onChange={() => setEffect(undefined)}
      onSubmit={(event) => {
        event.preventDefault()
        const asked = askedOf(new FormData(event.currentTarget))
        const pressed = (event.nativeEvent.submitter as HTMLButtonElement | null)?.value
        if (pressed === 'preview') void attempt(async () => setEffect(await rules.preview(asked, id)))
        else void send(asked)
      }}
    >
      {!rule && !fixed && (
        <div className={rows.pair}>
          <Choice
            label="Store"
            name="store"
            options={(stores?.data ?? []).map(({ slug, name, currency }) => ({
              value: slug,
              label: `${name} (${currency})`,
            }))}
          />
          <Field
            label={subject === 'gateway' ? 'Gateway, as orders name it' : 'Country, such as DE'}
            name="subject"
            maxLength={200}
            placeholder={others}
          />
        </div>
      )}
      <div className={rows.pair}>
        {(rule ? changeable(path) : terms).map(({ name, label, unit }, place) => (
          <Field
            key={name}
            label={unit === 'percent' ? `${label}, %` : label}
            name={name}
            inputMode={unit === 'count' ? 'numeric' : 'decimal'}
            pattern={unit === 'count' ? '[0-9]{1,9}' : AMOUNT}
            title={unit === 'count' ? 'A whole number' : 'An amount such as 2.50'}
            autoFocus={place === 0}
            autoComplete="off"
            defaultValue={rule ? termOf(rule, name) : unit === 'count' ? 0 : ''}
            placeholder="0"
          />
        ))}
      </div>
      <div className={rows.pair}>
        <Field
          label="From (empty: since ever)"
          name="from"
          type="date"
          defaultValue={rule ? (rule.from ?? '') : from}
        />
        <Field label="Until (empty: from then on)" name="to" type="date" defaultValue={rule?.to ?? ''} />
      </div>
      <FormEnd
        busy={busy}
        error={error}
        onCancel={onCancel}
        told={effect && <Effect effect={effect} />}
        conflict={
          theirs && {
            what: `This ${what}`,
            theirs: terms.map(({ name, label }) => `${label}: ${termOf(theirs.now.value, name)}`).join('\n'),
            onKeep: () => {
              const { mine, now } = theirs
              setTheirs(undefined)
              setKnown(now)
              void send(mine, now)
            },
            onTake: onCancel,
          }
        }
      >
        <button className={ui.quiet} name="do" value="preview" disabled={busy}>
          Preview the effect
        </button>
      </FormEnd>
    </form>
  )
}

/** Of a rule that is there, whom it is about stays: that is another rule. */
const changeable = (path: RulePath) => ruleTerms[path].terms.filter(({ unit }) => unit !== 'count')
