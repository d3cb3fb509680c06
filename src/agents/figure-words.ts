/** The words around a figure, in English, Dutch and German: all patterns are lower case. */

/** Multipliers behind a number, with the power of ten. */
export const MULTIPLIERS: [pattern: string, power: number][] = [
  ['thousand|duizend|tausend|tsd\\.?|grand', 3],
  ['million(?:s|en)?|miljoen|mln\\.?|mio\\.?|mn', 6],
  ['billion(?:s)?|miljard|milliarden?|mld\\.?|mrd\\.?|bn', 9],
]
export const GLUED_MULTIPLIERS: Record<string, number> = {
  k: 3,
  m: 6,
  mm: 6,
  mn: 6,
  mln: 6,
  mio: 6,
  bn: 9,
  mrd: 9,
  mld: 9,
  tsd: 3,
}

export const PERCENT = '%|‰|percentage|percent|per cent|procent|prozent|pct\\.?'
export const POINTS =
  'percentage points?|%-?points?|%-?punkte?|procentpunt(?:en)?|prozentpunkten?|prozentpunkte?|percentpunt(?:en)?|pp\\b|pts?\\b|points?\\b|punten\\b|punkte\\b|basis points?'
export const TIMES = 'x\\b|×|times\\b|keer\\b|maal\\b|mal\\b|-?fold\\b|-?fach(?:e[nrs]?)?\\b|-?voud(?:ig)?\\b'

/** Currencies by what people write. A sign of several currencies stands for any of them. */
export const CURRENCY_WORDS: [pattern: string, codes: string[]][] = [
  ['€|euros?|eur', ['EUR']],
  ['us\\$|usd|us dollars?', ['USD']],
  ['ca\\$|c\\$|cad', ['CAD']],
  ['a\\$|au\\$|aud', ['AUD']],
  ['\\$|dollars?|bucks?', ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD']],
  ['£|pounds?|pond|pfund|gbp|quid', ['GBP']],
  ['¥|yen|jpy|yuan|cny|rmb', ['JPY', 'CNY']],
  ['chf|swiss francs?|franken|frank', ['CHF']],
  ['kr\\.?|kronor|kroner|kronen|sek|nok|dkk', ['SEK', 'NOK', 'DKK']],
  ['zł|pln|zloty', ['PLN']],
]
/** Hundredths of whatever currency stands around. */
export const CENTS = 'cents?|cent|centen|pence|eurocent'

/** What is counted, with the names of figures that count it. Without any, only the rows of a result do. */
export const COUNTED: [pattern: string, keys: RegExp | undefined][] = [
  ['orders?|bestelling(?:en)?|bestellung(?:en)?|aufträgen?|auftrag|transactions?|transacties|transaktionen|sales', /orders?$|^order_count|transactions$/],
  ['units?|pieces?|items?|stuks?|eenheden|artikelen?|artikeln?|stück|einheiten|exemplar(?:e|en)|products? sold', /units?|quantity|pieces|items|stock|returned/],
  ['days?|dag|dagen|tag|tagen?|nights?', /^days$|_days$/],
  ['weeks?|weken|wochen?', /weeks?/],
  ['months?|maand|maanden|monaten?|monat', /months?/],
  ['customers?|klanten|klant|kunden|kunde|buyers?|kopers?|käufern?', /customers?$|buyers/],
  ['refunds?|returns?|retour(?:en|s)?|terugbetalingen|erstattungen|rückgaben|retouren?', /refunds?|units_returned|returns_count/],
  ['lines?|regels?|zeilen?|entries|entry|boekingen|buchungen', /lines|entries|rows/],
  ['stores?|shops?|winkels?|läden|geschäften?|filialen', undefined],
  ['products?|producten|product|produkten?|produkt', /products$/],
  ['channels?|kanalen|kanaal|kanälen?|kanal|platforms?|plattformen|campaigns?|campagnes?|kampagnen', undefined],
  ['rows?|rijen|results?|resultaten|ergebnissen?|colleagues?', /rows/],
  ['clicks?|kliks?|klicks?|impressions?|impressies|visits?|sessions?', /clicks|impressions|visits|sessions/],
] // prettier-ignore

/** Small numbers before these words state nothing about the shop. */
export const HARMLESS =
  'things?|reasons?|ways?|options?|questions?|steps?|ideas?|causes?|factors?|sides?|notes?|remarks?|minutes?|seconds?|moments?|possibilities|parts?|lines? of|more thing|dingen|redenen|manieren|opties|vragen|stappen|ideeën|oorzaken|kanten|opmerkingen|minuten|minuut|seconden|mogelijkheden|dingen?|gründen?|wegen?|optionen|fragen|schritten?|ideen|ursachen|seiten|anmerkungen|minuten|sekunden|möglichkeiten|of (?:them|these|those|us)|van (?:de|deze|die)|hands?'

/** Multiples and fractions in words. `range` is a claim without a value, such as "hundreds". */
export const MULTIPLES: [pattern: string, n: number, d: number][] = [
  ['half (?:of|as|the|a|zo|van|so|zoveel|our|your|their|its|all|these|those)|half(?= [\\d€$£])|(?:by|in) half|one half|de helft|helft|die hälfte|hälfte|halb so|halved|halving|halves|halveer(?:de|t|d)?|gehalveerd|halvering|halbier(?:t|te|ten|en)|halbierung|fifty percent', 1, 2],
  ['(?:a|one) third|een derde|ein drittel|eindrittel', 1, 3],
  ['two[ -]thirds|twee ?derde|zwei ?drittel', 2, 3],
  ['(?:a|one) quarter of|by a quarter|a quarter (?:more|less|higher|lower)|een kwart|kwart van|ein viertel', 1, 4],
  ['three[ -]quarters|drie ?kwart|drei ?viertel', 3, 4],
  ['(?:a|one) fifth|een vijfde|ein fünftel', 1, 5],
  ['(?:a|one) tenth|een tiende|ein zehntel', 1, 10],
  ['anderhalf|anderthalb(?:mal)?|eineinhalb(?:mal)?|one and a half', 3, 2],
  ['twice|doubled|doubles|doubling|double(?!-?check|[- ]click)|two-?fold|verdubbel(?:d|de|t|ing|en)?|dubbele?|tweemaal|verdoppel(?:t|te|ten|n|ung)|doppelt(?:e[nrs]?)?|das doppelte|zweimal', 2, 1],
  ['tripled|triples|triple|three-?fold|thrice|verdrievoudig(?:d|de|t|ing)?|driemaal|verdreifach(?:t|te|en|ung)|dreifach(?:e[nrs]?)?|dreimal', 3, 1],
  ['quadrupled|quadruples?|four-?fold|verviervoudig(?:d|de|t)?|viermaal|viermal|vervierfach(?:t|te)', 4, 1],
  ['ten-?fold|vertienvoudig(?:d|de)?|tienmaal|zehnmal|verzehnfach(?:t|te)', 10, 1],
] // prettier-ignore
export const VAGUE: [pattern: string, low: number, high: number][] = [
  ['dozens|tientallen|dutzende(?:n|r)?|tens of(?! (?:thousands|millions))', 20, 100],
  ['(?<!of )hundreds(?! of (?:thousands|millions))|honderden(?! ?duizenden)|hunderte(?:n|r)?(?! tausende)', 100, 1_000],
  ['tens of thousands|tienduizenden|zehntausende', 10_000, 100_000],
  ['hundreds of thousands|honderdduizenden|hunderttausende', 100_000, 1_000_000],
  ['(?<!of )thousands|(?<!tien|honderd)duizenden|(?<!zehn|hundert)tausende', 1_000, 10_000],
  ['millions(?! of nothing)|miljoenen|millionen(?= von)', 1_000_000, 1_000_000_000],
] // prettier-ignore

/** Words right before a figure that make it less exact. */
export const ABOUT =
  "about|around|roughly|approximately|approx\\.?|some|circa|ca\\.?|ongeveer|zo'n|zo’n|rond(?: de)?|grofweg|etwa|ungefähr|rund|gut|in the region of|close to|nearly|almost|just about|bijna|haast|fast|beinahe|knapp|~|≈|c\\."
export const OVER =
  'over|more than|above|just over|well over|at least|upwards of|ruim|meer dan|boven(?: de)?|minstens|über|mehr als|mindestens|better than|>'
export const UNDER =
  'under|less than|below|just under|at most|up to|fewer than|minder dan|onder(?: de)?|hooguit|net geen|unter|weniger als|höchstens|knapp|almost|nearly|bijna|<'

/** Words that say which way something went, near the figure of the change. */
export const UP =
  'up|rose|risen|rises|grew|grown|grows|growth(?: of)?|increased?|increase of|gained|gain(?: of)?|higher|gestegen|steeg|stijging(?: van)?|gegroeid|groeide|groei(?: van)?|hoger|omhoog|toegenomen|gestiegen|stieg|anstieg|gewachsen|wuchs|wachstum|höher|zugenommen'
export const DOWN =
  'down|fell|fallen|falls|dropped|drop(?: of)?|decreased?|decrease of|declined?|decline of|lost|lower|shrank|gedaald|daalde|daling(?: van)?|gezakt|lager|omlaag|afgenomen|gesunken|sank|rückgang|gefallen|fiel|niedriger|abgenommen'
/** Words that let a figure below zero stand without its sign. */
export const NEGATIVE =
  /\b(loss|losses|lost|lose|losing|negative|minus|deficit|shortfall|short|in the red|below zero|verlies|verloren|verliest|negatief|min|tekort|rood|verlust|verluste|verlor|negativ|minus|fehlbetrag)\b/iu
