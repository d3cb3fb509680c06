import { Fragment } from 'react'
import styles from './answer-text.module.css'

/** Amounts, percentages and what has decimals or thousands; plain whole numbers may be days, years or names. */
const FIGURE =
  /([−-]?(?:[€$£]\s?)?[−-]?\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?\s?%?|[−-]?[€$£]\s?[−-]?\d+(?:[.,]\d+)?|[−-]?\d+[.,]\d+\s?%?|[−-]?\d+\s?%)/

type Props = { text: string; onFigure?: ((figure: string) => void) | undefined }

/** An answer as it was written; with `onFigure` its figures can be opened. */
export function AnswerText({ text, onFigure }: Props) {
  return (
    <p className={styles.text}>
      {text.split(FIGURE).map((part, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
        <Fragment key={at}>
          {at % 2 === 1 && onFigure ? (
            <button
              type="button"
              className={styles.figure}
              title="Where does this come from?"
              onClick={() => onFigure(part)}
            >
              {part}
            </button>
          ) : (
            part
          )}
        </Fragment>
      ))}
    </p>
  )
}
