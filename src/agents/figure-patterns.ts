import {
  ABOUT,
  COUNTED,
  CURRENCY_WORDS,
  DOWN,
  GLUED_MULTIPLIERS,
  HARMLESS,
  MULTIPLIERS,
  OVER,
  UNDER,
  UP,
} from './figure-words.ts'

export const VERSION = /(?<![\p{L}\d])v\d+(?:\.\d+)*(?![\p{L}\d])|(?<![\d.])\d+\.\d+\.\d+(?:\.\d+)*-[\p{L}\d.]+/giu
export const words = (pattern: string, flags = 'iu') => new RegExp(pattern, flags)
export const CURRENCY = CURRENCY_WORDS.map(([pattern]) => pattern).join('|')
export const URL = /(?:https?:\/\/|www\.)[^\s<>"')\]]+|[\w.+-]+@[\w-]+\.[\w.-]+/giu
export const BECAME =
  /^(?:halv|halveer|gehalveer|halbier|doubl(?:ed|es|ing)|verdubbel|verdopp|tripl(?:ed|es)|verdrie|verdrei|quadrupl|vervier|vertien|verzehn)/iu
export const HASHED = /#[\p{L}\d][\p{L}\d_/-]*/gu
export const ALWAYS_KNOWN =
  /^(?:cm[1-3]|db[1-3]|[bdpc]2[bcp]|24\/7|50\/50|mp[34]|utf-?8|h[12]|b2b|covid-?19|top-?\d{1,2})$/iu
/** The steps of the ladder by their long names, where what follows is not an amount of 1, 2 or 3: "Deckungsbeitrag 2 betrug …". */
export const LADDER_STEP =
  /(?<=(?<![\p{L}\d])(?:contribution(?: margin)?|deckungsbeitrag|cm|db) )[1-3](?=:| (?:was|were|is|of|came|for|in|betrug|beträgt|lag|liegt|ist|war|von|im|für|bedroeg|bedraagt|van|rose|fell|stieg|sank|steeg|daalde)(?!\p{L}))/giu
export const GLUED_SUFFIX = words(
  `^(?:${Object.keys(GLUED_MULTIPLIERS).join('|')}|x|st|nd|rd|th|e|eur|usd|gbp|jpy|chf|pp|pct|h|d|u|ste|de|%)$`,
)
export const NUMBER = /\d(?:[\d.,'_]|(?<=\d) (?=\d{3}(?!\d)))*\d|\d/gu
export const CURRENCY_BEFORE = words(`(?<![\\p{L}\\d])(${CURRENCY})\\s?$`)
export const CENTS_OF = /(?:euros?|eur|dollars?|pounds?|pond|pfund) (?:and|en|und) (?=\d{1,2} (?:cents?|pence))/giu
export const HAN = /[〇一二三四五六七八九十百千万億亿]{1,12}/gu
const NOT_AN_ADJECTIVE =
  'in|on|of|from|for|at|with|and|or|to|the|per|a|an|is|was|were|than|by|as|op|van|uit|voor|met|en|bij|per|de|het|een|bei|von|aus|für|mit|und|oder|auf|im|als|profit|revenue|sales|winst|omzet|gewinn|umsatz|euros?|minus|plus'
export const COUNTED_AFTER = COUNTED.map(
  ([pattern, keys]) =>
    [
      words(`^[ -](?:(?!(?:${NOT_AN_ADJECTIVE})\\b)\\p{L}[\\p{L}-]* ){0,2}?(?:${pattern})(?![\\p{L}-])`),
      keys ?? 'rows',
    ] as const,
)
export const HARMLESS_AFTER = words(`^ (?:(?!(?:${NOT_AN_ADJECTIVE})\\b)\\p{L}+ )?(?:${HARMLESS})(?!\\p{L})`)
const before = (pattern: string) =>
  words(`(?<![\\p{L}\\d])(?:${pattern})\\s?(?:(?:a|the|de|het|een|die|der|den|an|by|with|met|um|to|naar|auf)\\s)?$`)
export const [ABOUT_BEFORE, OVER_BEFORE, UNDER_BEFORE] = [before(ABOUT), before(OVER), before(UNDER)]
export const MULTIPLIER_AFTER = MULTIPLIERS.map(
  ([pattern, power]) => [words(`^[ -]?(?:${pattern})(?![\\p{L}])`), power] as const,
)
export const CHANGED_BEFORE = [
  [
    'up',
    words(
      `(?<!\\p{L})(?:${UP})(?: (?:by|with|met|um|an|about|of|van|von|ongeveer|rund|etwa|only|just|another|nog|nur)){0,2} ?[€$£]?$`,
    ),
  ],
  [
    'down',
    words(
      `(?<!\\p{L})(?:${DOWN})(?: (?:by|with|met|um|an|about|of|van|von|ongeveer|rund|etwa|only|just|another|nog|nur)){0,2} ?[€$£]?$`,
    ),
  ],
] as const
export const AFTER_CHANGE = [
  [
    'up',
    words('^ ?(?:more|higher|up|better|meer|hoger|omhoog|gestegen|mehr|höher|gestiegen|above|boven|über)(?!\\p{L})'),
  ],
  [
    'down',
    words(
      '^ ?(?:less|lower|down|fewer|worse|minder|lager|omlaag|gedaald|weniger|niedriger|gesunken|below|under|onder|unter)(?!\\p{L})',
    ),
  ],
] as const
export const MINUS_BEFORE =
  /(?<![\p{L}\d])(?:minus|negative|negatief|negativ|min|loss of|verlies van|verlust von|deficit of) (?:€ ?|\$ ?|£ ?)?$/iu
export const ID_BEFORE =
  /(?<!\p{L})(?:order|bestelling|bestellung|sku|id|invoice|factuur|rechnung|receipt|nr\.?|no\.?|number|nummer|conversation|product|produkt|artikel|bon)(?: (?:no\.?|nr\.?|number|nummer|id))? ?:? ?$/iu
export const TOP_BEFORE =
  /(?<!\p{L})(?:top|best|worst|bottom|first|last|beste[nr]?|slechtste|eerste|laatste|ersten?|letzten?|schlechtesten?)[ -]?$/iu
