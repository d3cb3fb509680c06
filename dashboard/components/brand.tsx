/** The mark: a dial under a dome. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeLinecap="round" strokeWidth="2.4">
        <path d="M4.5 24a11.5 11.5 0 0 1 23 0" />
        <path d="m16 24 5-7.2" />
        <path d="M3 24h26" />
      </g>
    </svg>
  )
}
