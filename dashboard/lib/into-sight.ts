/** A ref that scrolls the row of a navigation to this link: on a phone the links stand in a row that scrolls. */
export const intoSight = (link: HTMLAnchorElement | null) => {
  const row = link?.closest('nav')
  if (link && row) row.scrollLeft = link.offsetLeft - row.clientWidth / 3
}
