/** Words that say nothing about the matter, in English, Dutch and German. */
const EMPTY = new Set(
  (
    'a an and are as at be but by can do does for from has have how i if in into is it its may my no not of on or our so than that the their them then there ' +
    'these they this to was we what when where which who why will with you your de het een en van in is dat die op te zijn met voor niet aan er om ook als dan ' +
    'maar bij of uit naar wat hoe kan ik je der die das und ist nicht ein eine zu den dem mit von auf für sich auch wie was kann ich im am'
  ).split(' '),
)

/** A crude stem: the endings that English, Dutch and German put behind a word. */
const stemOf = (word: string) =>
  word.length < 5
    ? word
    : word
        .replace(/(?:ations?|ingen|ments?|lichkeiten|ungen|ung|ings?|ions?|ies|ied|ers?|ed|en|es|e|s|y|t)$/, '')
        .slice(0, 9)

function* featuresOf(text: string): Generator<[string, number]> {
  const words = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !EMPTY.has(word)).map(stemOf)
  for (const [at, word] of words.entries()) {
    yield [word, 1]
    // Parts of a word stand for its relatives and its misspellings, two words for a phrase.
    for (let i = 0; i + 4 <= word.length; i++) yield [`~${word.slice(i, i + 4)}`, 0.3]
    if (words[at + 1]) yield [`${word} ${words[at + 1]}`, 0.4]
  }
}

/** A vector of length 1: each feature of the text adds to one number, with a sign, both by its hash. The same text gives the same vector. */
export function meaningOf(text: string, dimensions: number): Float32Array {
  const counts = new Map<string, number>()
  for (const [feature, weight] of featuresOf(text)) counts.set(feature, (counts.get(feature) ?? 0) + weight)
  const vector = new Float32Array(dimensions)
  for (const [feature, count] of counts) {
    const hash = Bun.hash.xxHash32(feature)
    const at = (hash >>> 1) % dimensions
    vector[at] = (vector[at] ?? 0) + (hash & 1 ? -1 : 1) * Math.sqrt(count)
  }
  const length = Math.hypot(...vector)
  if (length === 0) vector[0] = 1
  return length === 0 ? vector : vector.map((value) => value / length)
}
