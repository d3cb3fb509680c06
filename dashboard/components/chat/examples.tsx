import styles from './examples.module.css'

const examples = [
  { title: 'Profit', questions: ['Why did profit change this week?', 'What is left of €100 of revenue this month?'] },
  {
    title: 'Products',
    questions: ['Which products lose money this month?', 'Which products came back most last month?'],
  },
  { title: 'Ads', questions: ['Is ad spend above break-even this month?', 'Compare the ad channels of last week.'] },
]

/** What can be asked, for whoever sees this for the first time. */
export function Examples({ onAsk }: { onAsk: (question: string) => void }) {
  return (
    <div className={styles.examples}>
      <p>
        Alfred answers with figures of your own data, and every figure opens its proof. He can propose changes to a
        shop; nothing is done without your yes.
      </p>
      <div>
        {examples.map(({ title, questions }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            <ul>
              {questions.map((question) => (
                <li key={question}>
                  <button type="button" onClick={() => onAsk(question)}>
                    {question}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  )
}
