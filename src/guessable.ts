/**
 * How hard a password is to guess for who knows lists of common passwords, words, names, dates and keyboards, and `words`: 0 to 4, where
 * 3 stands for more than 10^8 guesses. The lists are loaded when first asked for: 150 ms and 38 MB.
 */
export async function strengthOf(password: string, words: readonly string[]): Promise<number> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs: graphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ dictionary, graphs }).check(password, [...words]).score
}
