import type { StartedRun } from '../../sql/task-runs.ts'
import { type Language, languageOf, wording } from '../wording.ts'

type Texts = Record<Language, string>

const WORDS = {
  ended: { en: 'I ended the task “{title}”: {reason}', nl: 'Ik heb de taak “{title}” beëindigd: {reason}', de: 'Ich habe die Aufgabe „{title}“ beendet: {reason}' },
  disabled: { en: 'the account was disabled.', nl: 'het account is uitgeschakeld.', de: 'das Konto wurde deaktiviert.' },
  role: { en: 'your role {role} does not include tasks any more.', nl: 'je rol {role} omvat geen taken meer.', de: 'deine Rolle {role} umfasst keine Aufgaben mehr.' },
  store: { en: 'you do not see the store {store} any more.', nl: 'je ziet de winkel {store} niet meer.', de: 'du siehst den Shop {store} nicht mehr.' },
  trial: { en: 'Trial run of “{title}”', nl: 'Proef van “{title}”', de: 'Probelauf von „{title}“' },
  quiet: { en: 'On such a day I say nothing.', nl: 'Op zo’n dag zeg ik niets.', de: 'An so einem Tag sage ich nichts.' },
  late: { en: 'This was due {at}; I was not running then.', nl: 'Dit was voor {at}; toen draaide ik niet.', de: 'Das war für {at}; da lief ich nicht.' },
  missed: { en: '“{title}” was left out. {reason}', nl: '“{title}” is overgeslagen. {reason}', de: '„{title}“ ist ausgefallen. {reason}' },
  due: { en: 'It was due {at} and I was not running then.', nl: 'Het was voor {at} en toen draaide ik niet.', de: 'Es war für {at}, und da lief ich nicht.' },
  due_before: { en: 'It was due {at} and I was not running then, nor the time before.', nl: 'Het was voor {at} en toen draaide ik niet, de keer ervoor ook niet.', de: 'Es war für {at}, und da lief ich nicht, auch nicht das Mal davor.' },
  due_often: { en: 'It was due {at} and I was not running then, nor the {count} times before.', nl: 'Het was voor {at} en toen draaide ik niet, de {count} keer ervoor ook niet.', de: 'Es war für {at}, und da lief ich nicht, auch nicht die {count} Male davor.' },
  due_always: { en: 'It was due {at} and I was not running then, nor the times before.', nl: 'Het was voor {at} en toen draaide ik niet, de keren ervoor ook niet.', de: 'Es war für {at}, und da lief ich nicht, auch nicht die Male davor.' },
  failed: { en: '“{title}” could not be answered. {reason}', nl: '“{title}” kon niet worden beantwoord. {reason}', de: '„{title}“ konnte nicht beantwortet werden. {reason}' },
  next: { en: 'Next time: {at}.', nl: 'Volgende keer: {at}.', de: 'Nächstes Mal: {at}.' },
  broken: { en: 'Something went wrong on our side; it was logged.', nl: 'Er ging iets mis aan onze kant; het is vastgelegd.', de: 'Bei uns ist etwas schiefgegangen; es wurde protokolliert.' },
} as const satisfies Record<string, Texts> // prettier-ignore
export type TaskWord = keyof typeof WORDS

/** What a person is told of a run beside its answer, in the language that they chose in Telegram, with `{name}` replaced by the values. */
export const taskWord = (
  run: Pick<StartedRun, 'language'>,
  key: TaskWord,
  values: Record<string, string> = {},
): string => WORDS[key][languageOf(run.language)].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')

/** A time of the task on its own clocks: in English `Mon 19 Oct 2026 09:00`, with `inEnglish` as Postgres writes it. */
export function taskTime(
  { language, time_zone }: Pick<StartedRun, 'language' | 'time_zone'>,
  at: string,
  inEnglish: string,
): string {
  const spoken = languageOf(language)
  return spoken === 'en' ? inEnglish : wording(spoken).moment(at, time_zone)
}
