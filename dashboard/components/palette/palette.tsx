'use client'

import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { type Command, useCommands } from '../../lib/use-commands.ts'
import ui from '../ui.module.css'
import styles from './palette.module.css'

/** Where to go and what to find, all by the keyboard: words narrow the list, arrows choose, Enter goes there, Escape closes. */
export function Palette({ onClose }: { onClose: () => void }) {
  const id = useId()
  const router = useRouter()
  const dialog = useRef<HTMLDialogElement>(null)
  const chosen = useRef<HTMLLIElement>(null)
  const [words, setWords] = useState('')
  const [at, setAt] = useState(0)
  const { groups, searching } = useCommands(words)
  const commands = groups.flatMap((group) => group.commands)
  const here = Math.min(at, commands.length - 1)

  // Closed before it is taken away: only then the focus goes back to where it was.
  useLayoutEffect(() => {
    const box = dialog.current
    box?.showModal()
    return () => box?.close()
  }, [])
  // After each choice, whatever changed the list.
  useEffect(() => {
    chosen.current?.scrollIntoView({ block: 'nearest' })
  })

  const go = (command: Command | undefined) => {
    if (!command) return
    onClose()
    router.push(command.href)
  }
  const press = (event: KeyboardEvent) => {
    const target = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + 5, PageUp: here - 5 }[event.key]
    if (target !== undefined && commands.length > 0) {
      event.preventDefault()
      const past = target >= commands.length ? 0 : target < 0 ? commands.length - 1 : target
      setAt(event.key.startsWith('Page') ? Math.max(0, Math.min(commands.length - 1, target)) : past)
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      go(commands[here])
    }
  }
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label="Go to or find"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
    >
      <input
        className={styles.words}
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={commands.length > 0 ? `${id}-${here}` : undefined}
        aria-autocomplete="list"
        aria-label="Page, store, period, order, product or question"
        placeholder="Page, store, period, order, product or question"
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={words}
        onChange={({ target }) => {
          setWords(target.value)
          setAt(0)
        }}
        onKeyDown={press}
      />
      <ul id={`${id}-list`} className={styles.list} role="listbox" aria-label="What fits" aria-busy={searching}>
        {groups.map(({ title, commands: found }) => (
          <li key={title} role="presentation">
            <ul role="group" aria-label={title}>
              <li role="presentation" className={styles.title}>
                {title}
              </li>
              {found.map((command) => {
                const mine = commands.indexOf(command)
                return (
                  // Chosen by the keyboard through the field, which keeps the focus.
                  <li
                    key={command.key}
                    ref={mine === here ? chosen : undefined}
                    id={`${id}-${mine}`}
                    role="option"
                    aria-selected={mine === here}
                    data-command={command.key}
                    className={styles.option}
                    onPointerMove={() => setAt(mine)}
                    onClick={() => go(command)}
                  >
                    <span>{command.label}</span>
                    {command.beside && <small>{command.beside}</small>}
                  </li>
                )
              })}
            </ul>
          </li>
        ))}
      </ul>
      <p className={ui.hidden} role="status">
        {commands.length === 0 && !searching ? 'Nothing fits.' : ''}
      </p>
    </dialog>
  )
}
