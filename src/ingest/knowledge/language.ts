/** Languages with a dictionary of their own for full text; any other is searched word by word as it is written. */
export const LANGUAGES = ['en', 'nl', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** Words that are frequent in one of the languages and rare in the two others. */
const FREQUENT: Record<Language, Set<string>> = {
  en: new Set('the and of to that for with you this are from have not it be or your can'.split(' ')),
  nl: new Set('het een van en niet dat voor met zijn ook naar deze wordt bij uit kan je maar'.split(' ')),
  de: new Set('und der das nicht ist mit ein eine für auf sich auch dem den werden sie oder wir'.split(' ')),
}
const LONG_ENOUGH = 2_000

/** The language of a tag such as `en-GB`. */
export const languageOfTag = (tag: string | undefined): Language | undefined =>
  LANGUAGES.find((language) => tag?.toLowerCase().split(/[-_]/)[0] === language)

/** The language whose frequent words make up most of those in the text, at least one word in twenty; undefined for any other language. */
export function languageOf(text: string): Language | undefined {
  const words = (
    text
      .slice(0, 20_000)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  ).slice(0, LONG_ENOUGH)
  const counts = LANGUAGES.map((language) => ({
    language,
    count: words.filter((word) => FREQUENT[language].has(word)).length,
  }))
  const [most] = counts.sort((one, other) => other.count - one.count)
  return most && most.count > words.length / 20 ? most.language : undefined
}
