import type { PowerBinding } from '../../../../main/contract/index.ts';
import { bareUrl } from './checkOutlet.ts';
import type { OutletDraft } from './outletDraft.ts';

/** What becomes of the outlet's password or token when the form is saved. The one that is kept is never told. */
export type SecretDraft =
  | { readonly kind: 'keep' }
  | { readonly kind: 'replace'; readonly secret: string }
  | { readonly kind: 'forget' }
  /** It was saved so: there is none any more. */
  | { readonly kind: 'forgotten' };

export const keepSecret: SecretDraft = { kind: 'keep' };

/** As it is typed: nothing typed replaces nothing. */
export function typedSecret(text: string): SecretDraft {
  return text === '' ? keepSecret : { kind: 'replace', secret: text };
}

/** What the core is to be told of it, null to forget it; undefined where there is nothing to tell. */
export function secretToSet(draft: SecretDraft): string | null | undefined {
  switch (draft.kind) {
    case 'keep':
    case 'forgotten':
      return undefined;
    case 'replace':
      return draft.secret;
    case 'forget':
      return null;
  }
}

/** Whether one may be kept for what is filled in: it stays with its server, and is gone once another is bound. */
export function mayKeepSecret(bound: PowerBinding | null, draft: OutletDraft): boolean {
  if (bound === null || !('url' in bound) || !('url' in draft)) return false;
  return bound.kind === draft.kind && bound.url === bareUrl(draft.url);
}
