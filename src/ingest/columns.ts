/** How exports and people name a column, in English, Dutch, German and French; compared as `plain` leaves them. */
type Names = Record<string, string>

const META: Names = {
  date: 'day | date | dag | datum | tag | jour',
  start:
    'reporting starts | start of reporting | rapportage begint | begin rapportage | rapportagestart | begin van rapportage | berichtsstart | beginn des berichtszeitraums | debut des rapports | debut du rapport | debut du reporting',
  end: 'reporting ends | end of reporting | rapportage eindigt | einde rapportage | rapportage einde | einde van rapportage | berichtsende | ende des berichtszeitraums | fin des rapports | fin du rapport | fin du reporting',
  campaign:
    'campaign name | campaign | naam campagne | campagnenaam | campagne | name der kampagne | kampagnenname | kampagne | nom de la campagne',
  account: 'account name | accountnaam | naam van account | kontoname | name des kontos | nom du compte',
  amount:
    'amount spent | besteed bedrag | bedrag besteed | uitgegeven bedrag | ausgegebener betrag | betrag ausgegeben | montant depense',
  claimed:
    'purchases conversion value | purchase conversion value | website purchases conversion value | conversiewaarde van aankopen | conversiewaarde aankopen | conversion wert von kaufen | conversion wert der kaufe | valeur de conversion des achats',
  currency: 'currency | valuta | wahrung | devise',
  store: 'store | shop | winkel | laden | boutique',
}

const GOOGLE: Names = {
  date: 'day | date | dag | datum | tag | jour | segments date',
  campaign: 'campaign | campaign name | campagne | kampagne | nom de la campagne',
  account: 'account | account name | accountnaam | kontoname | konto | nom du compte | compte',
  amount: 'cost | costs | kosten | cout | couts',
  micros: 'cost micros | metrics cost micros | kosten micros | cout micros',
  claimed:
    'conv value | conversion value | conversions value | conv waarde | conversiewaarde | conv wert | conversion wert | valeur conv | valeur de conv | valeur de conversion',
  currency:
    'currency code | currency | valutacode | valuta | wahrungscode | wahrung | code de devise | code devise | devise',
  store: 'store | shop | winkel | laden | boutique',
}

const TIKTOK: Names = {
  date: 'by day | stat time day | nach tag | per dag | op dag | par jour | date | day',
  campaign: 'campaign name | campagnenaam | naam van campagne | kampagnenname | nom de la campagne',
  account: 'account name | advertiser name | accountnaam | kontoname | nom du compte',
  amount: 'cost | total cost | spend | kosten | gesamtkosten | totale kosten | cout | cout total',
  claimed:
    'total complete payment value | complete payment value | total purchase value | purchase value | total purchase value website | purchase value website | total revenue',
  currency: 'currency | valuta | wahrung | devise',
  store: 'store | shop | winkel | laden | boutique',
}

const SNAPCHAT: Names = {
  date: 'date | day',
  start: 'start time | start date',
  end: 'end time | end date',
  campaign: 'campaign name | campaign',
  account: 'ad account name | account name',
  amount: 'amount spent | spend',
  claimed: 'purchases value | purchase value | total purchases value',
  currency: 'currency | ad account currency',
  store: 'store | shop',
}

const PINTEREST: Names = {
  date: 'date | day | datum | dag | tag | jour',
  campaign: 'campaign name | campagnenaam | kampagnenname | nom de la campagne',
  account: 'advertiser name | account name | ad account name',
  amount:
    'spend in account currency | uitgaven in accountvaluta | ausgaben in kontowahrung | depenses dans la devise du compte',
  claimed:
    'total order value checkout | order value checkout | total conversions value checkout | total conversion value checkout',
  currency: 'currency | account currency',
  store: 'store | shop',
}

const MICROSOFT: Names = {
  date: 'gregorian date | gregoriaanse datum | gregorianisches datum | date gregorienne | time period | timeperiod',
  campaign: 'campaign name | campaign | campaignname | campagnenaam | kampagnenname | nom de la campagne',
  account: 'account name | accountname | accountnaam | kontoname | nom du compte',
  amount: 'spend | uitgaven | ausgaben | depenses',
  claimed: 'revenue | omzet | umsatz | revenu',
  currency: 'currency code | currencycode | valutacode | wahrungscode | code de devise',
  store: 'store | shop',
}

/** The columns that the API itself names. */
const OWN: Names = {
  date: 'date | day | datum | dag | tag | jour',
  store: 'store | shop | winkel | laden | boutique',
  platform: 'platform | plattform | plateforme | channel | kanaal | kanal | canal',
  amount: 'amount | ad spend | spend | bedrag | betrag | montant | kosten | cost',
  currency: 'currency | valuta | wahrung | devise',
  campaign: 'campaign | campagne | kampagne',
  account: 'account | konto | compte',
  claimed: 'claimed | claimed revenue | conversion value',
  product_id: 'product id',
}

const UNIT_COSTS: Names = {
  product_id: 'product id | id',
  store: 'store | shop | winkel | laden | boutique',
  sku: 'sku | variant sku | artikelnummer | article number | artikelcode | reference | ref',
  unit_cost:
    'unit cost | cost | cost price | cost per item | landed cost | inkoopprijs | kostprijs | einkaufspreis | stuckkosten | kosten | cout unitaire | prix de revient | prix d achat',
  currency: 'currency | cost currency | valuta | wahrung | devise',
  from: 'from | valid from | starts on | start date | vanaf | geldig vanaf | ab | gultig ab | a partir du | valable a partir du',
  to: 'to | until | valid to | valid until | ends on | end date | tot | tot en met | geldig tot | bis | gultig bis | jusqu au | valable jusqu au',
}

const FIXED_COSTS: Names = {
  id: 'id | fixed cost id',
  name: 'name | cost | description | naam | kostenpost | omschrijving | bezeichnung | beschreibung | nom | libelle | designation',
  amount: 'amount | bedrag | betrag | montant',
  currency: 'currency | valuta | wahrung | devise',
  interval:
    'interval | period | frequency | periode | frequentie | zeitraum | intervall | turnus | frequence | periodicite',
  category: 'category | categorie | kategorie',
  store: 'store | shop | winkel | laden | boutique',
  starts_on:
    'starts on | start | start date | from | begin | begindatum | startdatum | vanaf | beginn | ab | debut | date de debut',
  ends_on:
    'ends on | end | end date | to | until | einde | einddatum | enddatum | tot | tot en met | ende | bis | fin | date de fin',
}

const PRODUCTS: Names = {
  id: 'id | product id',
  store: 'store | shop | winkel | laden | boutique',
  sku: 'sku | variant sku | artikelnummer | article number | artikelcode | reference | ref',
  name: 'name | title | product | product name | naam | productnaam | produktname | titel | bezeichnung | nom | titre | nom du produit',
  status: 'status | statut',
  list_price:
    'list price | price | variant price | prijs | verkoopprijs | preis | verkaufspreis | prix | prix de vente',
  cost_price:
    'cost price | unit cost | cost | cost per item | inkoopprijs | kostprijs | einkaufspreis | prix de revient | prix d achat',
  cost_currency: 'cost currency | currency | valuta | wahrung | devise',
}

export const COLUMNS = {
  'meta ads': META,
  'google ads': GOOGLE,
  'tiktok ads': TIKTOK,
  'snapchat ads': SNAPCHAT,
  'pinterest ads': PINTEREST,
  'microsoft ads': MICROSOFT,
  'ad spend': OWN,
  'unit costs': UNIT_COSTS,
  'fixed costs': FIXED_COSTS,
  products: PRODUCTS,
} as const
export type Layout = keyof typeof COLUMNS

/** A name without case, accents, signs, and the currency that ad platforms put behind it. */
export const plain = (name: string): string =>
  name
    .replace(/\uFEFF/g, '')
    .replace(/\(\s*[A-Z]{3}\s*\)/g, ' ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const known = new Map<Layout, Map<string, string>>(
  (Object.entries(COLUMNS) as [Layout, Names][]).map(([layout, names]) => [
    layout,
    new Map(Object.entries(names).flatMap(([column, texts]) => texts.split(' | ').map((text) => [text, column]))),
  ]),
)

/** Where each column of the layout stands in the header, as far as it is there; the first of several counts. */
export function placesOf(layout: Layout, header: string[]): Record<string, number> {
  const names = known.get(layout)
  const places: Record<string, number> = {}
  for (const [index, name] of header.entries()) {
    const column = names?.get(plain(name))
    if (column !== undefined) places[column] ??= index
  }
  return places
}
