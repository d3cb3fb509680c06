/**
 * Number words of English, Dutch and German. A word is taken apart into the atoms below from left to right, so that compounds
 * (`vierundzwanzigtausend`, `driehonderdvijfenveertig`) need no list of their own.
 */
const ATOMS: Record<string, number> = {
  zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12, thirteen: 13,
  fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19, twenty: 20, thirty: 30, forty: 40, fourty: 40, fifty: 50,
  sixty: 60, seventy: 70, eighty: 80, ninety: 90, dozen: 12, hundred: 100, thousand: 1_000, million: 1_000_000, billion: 1_000_000_000,
  nul: 0, één: 1, eén: 1, twee: 2, drie: 3, vier: 4, vijf: 5, zes: 6, zeven: 7, acht: 8, negen: 9, tien: 10, elf: 11, twaalf: 12, dertien: 13,
  veertien: 14, vijftien: 15, zestien: 16, zeventien: 17, achttien: 18, negentien: 19, twintig: 20, dertig: 30, veertig: 40, vijftig: 50,
  zestig: 60, zeventig: 70, tachtig: 80, negentig: 90, dozijn: 12, honderd: 100, duizend: 1_000, miljoen: 1_000_000, miljard: 1_000_000_000,
  eins: 1, zwei: 2, zwo: 2, drei: 3, fünf: 5, sechs: 6, sieben: 7, neun: 9, zehn: 10, zwölf: 12, dreizehn: 13, vierzehn: 14, fünfzehn: 15,
  sechzehn: 16, siebzehn: 17, achtzehn: 18, neunzehn: 19, zwanzig: 20, dreißig: 30, dreissig: 30, vierzig: 40, fünfzig: 50, sechzig: 60,
  siebzig: 70, achtzig: 80, neunzig: 90, dutzend: 12, hundert: 100, tausend: 1_000, millionen: 1_000_000, milliarde: 1_000_000_000,
  milliarden: 1_000_000_000, fuenf: 5, zwoelf: 12, fuenfzig: 50, fuenfzehn: 15, dreihundert: 300,
} // prettier-ignore
/** Atoms only inside a compound: alone they are articles. */
const INSIDE: Record<string, number> = { ein: 1, een: 1, eine: 1 }
const JOINS = ['und', 'and', 'ën', 'en', '']
const LONGEST_FIRST = [...Object.keys(ATOMS), ...Object.keys(INSIDE)].sort((a, b) => b.length - a.length)

/** The atoms of one word, or undefined when it is no number word. */
function atomsOf(word: string): number[] | undefined {
  if (word in ATOMS) return [ATOMS[word]!]
  const search = (rest: string): number[] | undefined => {
    if (rest === '') return []
    for (const atom of LONGEST_FIRST) {
      if (!rest.startsWith(atom)) continue
      for (const join of JOINS) {
        if (!rest.startsWith(atom + join) || (join !== '' && rest.length === atom.length + join.length)) continue
        const more = search(rest.slice(atom.length + join.length))
        if (more) return [ATOMS[atom] ?? INSIDE[atom]!, ...more]
      }
    }
    return undefined
  }
  const atoms = word.length > 60 ? undefined : search(word)
  return atoms && atoms.length > 1 ? atoms : undefined
}

function valueOf(atoms: number[]): number {
  let sum = 0
  let part = 0
  for (const atom of atoms) {
    if (atom < 100) part += atom
    else if (atom < 1_000) part = Math.max(part, 1) * atom
    else {
      sum += Math.max(part, 1) * atom
      part = 0
    }
  }
  return sum + part
}

export type NumberWords = { at: number; end: number; value: number; words: string[] }

/** Runs of number words in lower-case text: `five thousand four hundred and two`. */
export function numberWords(text: string): NumberWords[] {
  const found: NumberWords[] = []
  let run: (NumberWords & { atoms: number[] }) | undefined
  const close = () => {
    if (run) found.push({ at: run.at, end: run.end, value: valueOf(run.atoms), words: run.words })
    run = undefined
  }
  let joined = false
  for (const { 0: word, index } of text.matchAll(/\p{L}+/gu)) {
    const atoms = atomsOf(word)
    const gap = run ? text.slice(run.end, index) : ''
    if (atoms) {
      const goesOn = run && (joined ? /^[ -]+(and|en|und)[ -]+$/u.test(gap) : /^[ -]$/u.test(gap))
      // "two, three" and "five six" are lists; "twenty five" and "two hundred" are one number.
      if (run && goesOn && fitsAfter(run.atoms, atoms)) {
        run = { ...run, end: index + word.length, atoms: [...run.atoms, ...atoms], words: [...run.words, word] }
      } else {
        close()
        run = { at: index, end: index + word.length, value: 0, atoms, words: [word] }
      }
      joined = false
    } else if (run && /^(and|en|und)$/.test(word) && /^[ -]$/.test(gap) && run.atoms.some((atom) => atom >= 100)) {
      joined = true
    } else {
      close()
      joined = false
    }
  }
  close()
  return found
}

function fitsAfter(before: number[], next: number[]): boolean {
  const last = before.at(-1)!
  const first = next[0]!
  return first >= 100 ? last < first || last < 100 : last >= 100 || (last >= 20 && last < 100 && last % 10 === 0 && first < 10) // prettier-ignore
}
