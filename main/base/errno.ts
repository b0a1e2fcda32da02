/** The system's name for what failed (`ENOENT`), where the error carries one. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What an unknown thrown thing says, for logs and as part of a message; never to branch on. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
