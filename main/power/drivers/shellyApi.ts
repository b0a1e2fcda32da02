import type { Credentials } from './http/logIn.ts';
import type { OutletHttp } from './http/outletHttp.ts';
import type { OutletBackend } from './outletBackend.ts';

/** One generation's way to speak to a channel. */
export type ShellyApi = Required<Pick<OutletBackend, 'switchTo' | 'readState' | 'measure'>>;

export interface ShellyChannel {
  readonly http: OutletHttp;
  readonly index: number;
  readonly label: string;
  readonly who: () => Promise<Credentials>;
}

export const setPassword = "Set the outlet's password: the one of its web page.";
