const ENTITIES: Record<string, string> = { nbsp: ' ', thinsp: ' ', ensp: ' ', emsp: ' ', minus: '-', ndash: '-', mdash: '—', amp: '&', lt: '<', gt: '>', euro: '€', pound: '£', yen: '¥', percnt: '%', comma: ',', period: '.', times: '×', frac12: '½', frac14: '¼', frac34: '¾', half: '½', num: '#', shy: '', zwnj: '', zwj: '' } // prettier-ignore
const SUPERSCRIPT = /[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]/gu
const INVISIBLE = /[\p{Cf}\p{Mn}\p{Me}\u115f\u1160\u3164\uffa0\u2800\p{Co}]/gu

/**
 * What a person reads: without markup, invisible characters and other ways to write a digit. A figure that is split by any of these
 * (`54<b>74</b>`, full-width digits, a zero-width space) comes out in one piece.
 */
export function plainText(text: string): string {
  return (
    text
      .replace(
        /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}\d{0,2}));/gi,
        (all, dec?: string, hex?: string, name?: string) => {
          if (name) return ENTITIES[name.toLowerCase()] ?? all
          const code = dec ? Number(dec) : Number.parseInt(hex ?? '', 16)
          return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
        },
      )
      .replace(/<\/?[a-z][^<>]{0,300}>|<!--[^]{0,300}?-->/gi, '')
      .replace(/\[([^[\]]{0,300})\]\(([^()\s]{0,500})\)/g, '$1 $2 ')
      // A digit that is raised is a footnote or a power, never the next digit of a figure.
      .replace(SUPERSCRIPT, (digit) => ` ${digit.normalize('NFKC')} `)
      .replace(/[¼-¾⅐-⅞↉]/gu, (fraction) => ` ${fraction.normalize('NFKC')} `)
      .normalize('NFKC')
      .replace(/(\p{L}\p{M}*)|[\p{Cf}\p{Mn}\p{Me}]/gu, (all, letter?: string) => (letter ? all : ''))
      .replace(INVISIBLE, (mark) => (/\p{Mn}/u.test(mark) ? mark : ''))
      .replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
      .replace(/[*`~]+|\\(?=[\W_])|__|(?<![\p{L}\d])_|_(?![\p{L}\d])/gu, '')
      .replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/gu, (dash) => (dash === '—' ? ' — ' : '-'))
      .replace(/[\u066b\uff0e]/gu, '.')
      .replace(/[\u066c\uff0c\u201a]/gu, ',')
      .replace(/[’‘ʼ´`]/gu, "'")
      .replace(/[^\S\n]/gu, ' ')
      // Digits in a row with a blank between each are read as one number.
      .replace(/(?<![\d.,] ?)\d(?: [\d.,]){3,}(?! ?\d)/g, (digits) => digits.replaceAll(' ', ''))
  )
}

/** Digits of every script stand in runs of ten from 0 to 9. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++
  return String(value)
}

/** Whether `words` stand in `text` by themselves, and not as part of other words or numbers. */
export function standsIn(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
    if (!/[\p{L}\d]/u.test(`${text[at - 1] ?? ' '}${text[at + words.length] ?? ' '}`)) return true
  return false
}
