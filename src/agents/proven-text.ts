import type { Language } from '../wording.ts'
import type { Evidence } from './evidence.ts'
import { type Unproven, unprovenIn } from './firewall.ts'
import { sentencesOf } from './sentences.ts'

/** What the model is asked when its answer states figures that nothing proves. It gets this once. */
export function rewriteRequest(unproven: Unproven[]): string {
  const list = unproven.map(({ sentence, figures }) => `- ${figures.join(', ')} in: ${sentence.trim()}`).join('\n')
  return `Your answer was not sent: no tool of this turn gave these figures, and they do not follow from any.
${list}
Write the whole answer again, in the same language. Use only figures that the tools gave, name what each one is, or leave it out. Do not mention this check.`
}

const LEFT_OUT: Record<Language, string> = {
  en: 'I left out what I could not prove with figures from your data.',
  nl: 'Ik heb weggelaten wat ik niet met cijfers uit je gegevens kon bewijzen.',
  de: 'Ich habe weggelassen, was ich nicht mit Zahlen aus euren Daten belegen konnte.',
}
const COMMON: Record<Language, RegExp> = {
  en: /\b(?:the|and|is|was|of|to|in|for|we|you|our|your|what|how|with|from|it|that|this|did)\b/giu,
  nl: /\b(?:de|het|een|en|was|van|te|in|voor|we|je|jullie|onze|wat|hoe|met|uit|dat|dit|hebben|niet|zijn|is|wij|op|deze|naar|maar|ook)\b/giu,
  de: /\b(?:der|die|das|den|dem|ein|eine|und|ist|war|von|zu|im|für|wir|ihr|unser|unsere|was|wie|mit|aus|nicht|haben|hat|auf|sich|bei|auch|wurde|lag)\b/giu,
}

/** The language that most common words of a text belong to; English when it has none. */
export function languageIn(text: string): Language {
  const counts = (Object.keys(COMMON) as Language[]).map((language) => ({
    language,
    count: text.match(COMMON[language])?.length ?? 0,
  }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).language
}

/** A text without its unproven sentences. Leaving one out can take away what another leaned on, so all that is left is looked at again. */
export function withoutUnproven(text: string, evidence: Evidence): string {
  for (let kept = text; ;) {
    const unproven = new Set(unprovenIn(kept, evidence).map(({ sentence }) => sentence))
    if (unproven.size === 0) return kept
    kept = sentencesOf(kept)
      .filter((sentence) => !unproven.has(sentence))
      .join('')
  }
}

/** The answer without its unproven sentences, and a note at its end where some were left out. */
export function provenText(text: string, evidence: Evidence): string {
  const kept = withoutUnproven(text, evidence)
  if (kept === text) return text
  const note = LEFT_OUT[languageIn(text)]
  return kept.trim() === '' ? note : `${kept.trimEnd()}\n\n${note}`
}

/**
 * Lets a text out while it is written, sentence by sentence, each only when the evidence so far proves it with the sentence before it. What is
 * held back never follows later: the answer itself replaces what was shown.
 */
export function sentenceGate({ evidence, onText }: { evidence: () => Evidence; onText: (piece: string) => void }) {
  let waiting = ''
  let before = ''
  const letOut = (sentence: string) => {
    const unproven = unprovenIn(before + sentence, evidence())
    const isWrong = unproven.some((one) => one.sentence !== before)
    before = isWrong ? '' : sentence
    if (!isWrong) onText(sentence)
  }
  return {
    push: (piece: string) => {
      waiting += piece
      const sentences = sentencesOf(waiting)
      waiting = sentences.pop() ?? ''
      for (const sentence of sentences) letOut(sentence)
    },
    /** The text is complete. */
    end: () => {
      if (waiting !== '') letOut(waiting)
      waiting = ''
      before = ''
    },
  }
}
