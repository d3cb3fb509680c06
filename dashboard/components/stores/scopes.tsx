import { has, neededScopes, wantedScopes } from '../../lib/shopify-scopes.ts'
import ui from '../ui.module.css'
import styles from './stores.module.css'

/** What an app has to be allowed, in words; with `scopes` whether this one is. */
export function Scopes({ scopes }: { scopes?: readonly string[] }) {
  return (
    <ul className={styles.scopes} aria-label="What the app may do">
      {[...Object.entries(neededScopes), ...Object.entries(wantedScopes)].map(([scope, why]) => {
        const state = scopes && (has(scopes, scope) ? 'granted' : scope in neededScopes ? 'missing' : 'without')
        return (
          <li key={scope} data-state={state}>
            <code>{scope}</code>
            {state !== undefined && (
              <span className={ui.hidden}>{state === 'granted' ? ', granted' : ', not granted'}</span>
            )}
            <span>
              {scope in wantedScopes && scopes === undefined && 'Better with it: '}
              {why}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
