/**
 * A piece of a document in its order: a paragraph, a list item, a table row, a caption. `heading` is the path of headings above it,
 * `page` counts from 1, `start` and `end` are seconds.
 */
export type Passage = { text: string; heading: string[]; page?: number; start?: number; end?: number }

/** What a file says. `notes` are sentences on what was left out; a title of the file's own is undefined when it has none. */
export type Read = { passages: Passage[]; title?: string | undefined; language?: string | undefined; notes: string[] }

/** Collects passages while the headings above them change. */
export function passageList() {
  const passages: Passage[] = []
  let path: { level: number; text: string }[] = []
  return {
    passages,
    /** Level 1 is the highest; a heading ends those of its level and below. */
    heading: (level: number, given: string) => {
      const text = oneLine(given)
      if (text) path = [...path.filter((above) => above.level < level), { level, text: text.slice(0, 200) }]
    },
    add: (given: string, more: { page?: number } = {}) => {
      const text = given.trim()
      if (text) passages.push({ text, heading: path.map((above) => above.text), ...more })
    },
  }
}

export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
