import { AppError } from '../errors.ts'

/** For `catch`: an amount that the database cannot hold is the fault of what was sent. `which` begins the sentence that says so. */
export const orTooLarge =
  (which: string) =>
  (error: unknown): never => {
    if (!(error instanceof Error && 'code' in error && error.code === '22003')) throw error
    throw new AppError('invalid', `${which} figures that are too large. Check the amount and its currency.`, {
      cause: error,
    })
  }
