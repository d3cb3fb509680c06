/** What was typed into the input `name` of a form. */
export const textOf = (entered: FormData, name: string): string => {
  const value = entered.get(name)
  return typeof value === 'string' ? value : ''
}
