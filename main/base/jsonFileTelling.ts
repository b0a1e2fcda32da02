import { type JsonFile, type Loaded, noticeOf } from './jsonFile.ts';
import type { Logger } from './logger.ts';

/** What is said, and where, of a document that could not be used. */
export interface Telling {
  /** The document, as a title begins: "The list of boards". */
  readonly what: string;
  /** Its notice: a later one of that topic takes the place of an earlier one. */
  readonly topic: string;
  /** null: nobody is there to be told, the log has it all the same. */
  readonly notices: {
    post(topic: string, notice: { severity: 'warning' | 'error'; title: string; text: string }): void;
  } | null;
  readonly logger: Logger;
}

/** Reads the document. null: there is none, or it could not be used, which is logged and told. Never rejects. */
export async function loadTelling<T extends { readonly version: number }>(
  file: JsonFile<T>,
  telling: Telling,
): Promise<T | null> {
  const loaded = await file.load();
  tellLoaded(file, loaded, telling);
  return loaded.found === 'value' ? loaded.value : null;
}

/** For whoever has to see first what was found: logs and tells what is wrong with it, if anything is. */
export function tellLoaded(
  file: { readonly name: string },
  loaded: Loaded<unknown>,
  { what, topic, notices, logger }: Telling,
): void {
  const notice = noticeOf(what, file, loaded);
  if (!notice) return;
  logger.warn(notice.title, { ...loaded });
  notices?.post(topic, notice);
}
