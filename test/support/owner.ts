/** The first user of a service that a test starts. */
export const OWNER = { email: 'owner@example.com', password: 'correct horse battery' }
