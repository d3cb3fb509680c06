/** Milliseconds between two signs of life. */
const RHYTHM = 30_000

/** Tells the address every half minute that `isWell`, or that we are not (`…/fail`); silence says the rest. Resolves to a way to stop. */
export function startHeartbeat(url: string, isWell: () => Promise<boolean>): () => void {
  const beat = async () => {
    const well = await isWell().catch(() => false)
    // Nobody to tell when there is no network: the receiver notices the silence.
    await fetch(well ? url : `${url}/fail`, { method: 'POST', signal: AbortSignal.timeout(10_000) }).catch(
      () => undefined,
    )
  }
  void beat()
  const timer = setInterval(() => void beat(), RHYTHM)
  return () => clearInterval(timer)
}
