import { type NegotiationVerb, telnet } from './codes.ts';

/** `us`: what we do on the wire (WILL/WONT); `peer`: what the other end does (DO/DONT). */
export type Side = 'us' | 'peer';

/**
 * RFC 1143's states with its queue bit: `wantsYes, then no` is WANTYES with a turned mind. A request that is under
 * way is never sent again, which is what keeps two ends from answering each other for ever.
 */
type OptionState = 'no' | 'yes' | 'wantsYes' | 'wantsYes, then no' | 'wantsNo' | 'wantsNo, then yes';

export interface NegotiatorOptions {
  /** Options either side may have; all others are refused. */
  readonly allowed: { readonly us: readonly number[]; readonly peer: readonly number[] };
  readonly send: (verb: NegotiationVerb, option: number) => void;
  readonly onChange: (side: Side, option: number, enabled: boolean) => void;
}

/** Telnet option negotiation by the Q method (RFC 1143). */
export class OptionNegotiator {
  readonly #options: NegotiatorOptions;
  readonly #states = { us: new Map<number, OptionState>(), peer: new Map<number, OptionState>() };

  constructor(options: NegotiatorOptions) {
    this.#options = options;
  }

  isEnabled(side: Side, option: number): boolean {
    return this.#state(side, option) === 'yes';
  }

  /** Asks for the option, unless that is under way or done. */
  request(side: Side, option: number): void {
    const state = this.#state(side, option);
    if (state === 'no') {
      this.#set(side, option, 'wantsYes');
      this.#send(side, option, true);
    } else if (state === 'wantsNo') this.#set(side, option, 'wantsNo, then yes');
    else if (state === 'wantsYes, then no') this.#set(side, option, 'wantsYes');
  }

  /** Asks for the option's end, unless that is under way or done. */
  withdraw(side: Side, option: number): void {
    const state = this.#state(side, option);
    if (state === 'yes') {
      this.#set(side, option, 'wantsNo');
      this.#send(side, option, false);
      this.#options.onChange(side, option, false);
    } else if (state === 'wantsYes') this.#set(side, option, 'wantsYes, then no');
    else if (state === 'wantsNo, then yes') this.#set(side, option, 'wantsNo');
  }

  receive(verb: NegotiationVerb, option: number): void {
    if (verb === telnet.DO) this.#positive('us', option);
    else if (verb === telnet.DONT) this.#negative('us', option);
    else if (verb === telnet.WILL) this.#positive('peer', option);
    else this.#negative('peer', option);
  }

  #positive(side: Side, option: number): void {
    switch (this.#state(side, option)) {
      case 'no':
        if (!this.#options.allowed[side].includes(option)) {
          this.#send(side, option, false);
          return;
        }
        this.#send(side, option, true);
        this.#become(side, option, true);
        break;
      case 'wantsYes':
        this.#become(side, option, true);
        break;
      case 'wantsYes, then no':
        this.#set(side, option, 'wantsNo');
        this.#send(side, option, false);
        break;
      case 'wantsNo':
        // "DONT answered by WILL": the peer is wrong; the RFC settles for what we asked for.
        this.#set(side, option, 'no');
        break;
      case 'wantsNo, then yes':
        this.#become(side, option, true);
        break;
      case 'yes':
    }
  }

  #negative(side: Side, option: number): void {
    switch (this.#state(side, option)) {
      case 'yes':
        this.#send(side, option, false);
        this.#become(side, option, false);
        break;
      case 'wantsNo, then yes':
        this.#set(side, option, 'wantsYes');
        this.#send(side, option, true);
        break;
      case 'wantsYes':
        this.#become(side, option, false);
        break;
      case 'wantsNo':
      case 'wantsYes, then no':
        this.#set(side, option, 'no');
        break;
      case 'no':
    }
  }

  #become(side: Side, option: number, enabled: boolean): void {
    this.#set(side, option, enabled ? 'yes' : 'no');
    this.#options.onChange(side, option, enabled);
  }

  #state(side: Side, option: number): OptionState {
    return this.#states[side].get(option) ?? 'no';
  }

  #set(side: Side, option: number, state: OptionState): void {
    // Refused options leave no trace: there are 256 of them, and a hostile peer tries them all.
    if (state === 'no') this.#states[side].delete(option);
    else this.#states[side].set(option, state);
  }

  #send(side: Side, option: number, yes: boolean): void {
    if (side === 'us') this.#options.send(yes ? telnet.WILL : telnet.WONT, option);
    else this.#options.send(yes ? telnet.DO : telnet.DONT, option);
  }
}
