/** The colours of a chart: profit is the accent, red is a loss and nothing else. */
export type Palette = Record<
  'bar' | 'barOpen' | 'profit' | 'loss' | 'lossSoft' | 'ink' | 'text' | 'rule' | 'zero' | 'surface',
  string
>

/** What every chart definition takes: colours and the font family of its texts. */
export type Look = { palette: Palette; font: string }
