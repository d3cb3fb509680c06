import { expect, test } from 'bun:test'
import { messagesOf, textHtml } from '../../src/bot/text-html.ts'

test('what a model marks is shown, and nothing of the text can become markup', () => {
  expect(textHtml('**Net profit** is `5,474.89` & <b>not</b> more\n## Why\n- ads\n* goods')).toBe(
    '<b>Net profit</b> is <code>5,474.89</code> &amp; &lt;b&gt;not&lt;/b&gt; more\n<b>Why</b>\n• ads\n• goods',
  )
  expect(textHtml('2 * 3 * 4, **open')).toBe('2 * 3 * 4, **open')
})

test('a table is lined up, amounts on the right', () => {
  const text = 'Stores:\n| Store | Profit |\n|---|---:|\n| NL | **5,474.89** |\n| Japan | −3 |\nDone.'
  expect(textHtml(text)).toBe('Stores:\n<pre>Store  Profit\nNL     5,474.89\nJapan        −3</pre>\nDone.')
})

test('a long text is cut at line ends, never through a character', () => {
  const parts = messagesOf(Array.from({ length: 400 }, (_, at) => `Line ${at} 📈`).join('\n'))
  expect(parts.length).toBe(2)
  for (const part of [...parts, ...messagesOf('📈'.repeat(5_000))]) {
    expect(part.length).toBeLessThanOrEqual(4096)
    expect(part.isWellFormed()).toBe(true)
  }
})
