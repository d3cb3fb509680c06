import type { Look } from './palette.ts'

/** What charts over time have in common: no motion, labels of columns below, amounts on fine lines from zero up. */
export const overTime = ({ palette, font, axis }: Look & { axis: (value: number) => string }) =>
  ({
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [] as [],
    layout: { padding: { top: 8 } },
    scales: {
      x: {
        grid: { display: false },
        border: { display: false },
        ticks: { color: palette.ink, font: { family: font, size: 11 }, maxRotation: 0, autoSkipPadding: 18 },
      },
      y: {
        beginAtZero: true,
        border: { display: false },
        grid: { color: palette.rule, drawTicks: false },
        ticks: {
          color: palette.ink,
          font: { family: font, size: 11 },
          maxTicksLimit: 6,
          padding: 8,
          callback: (value: string | number) => axis(Number(value)),
        },
      },
    },
  }) as const
