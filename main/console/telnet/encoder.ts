import { type NegotiationVerb, telnet } from './codes.ts';

/** Doubles IAC; the very same bytes where there is none, as nearly always on a console. */
export function escapeIac(bytes: Uint8Array): Uint8Array {
  let iac = bytes.indexOf(telnet.IAC);
  if (iac < 0) return bytes;
  const out = new Uint8Array(bytes.length * 2);
  let from = 0;
  let length = 0;
  for (; iac >= 0; iac = bytes.indexOf(telnet.IAC, from)) {
    out.set(bytes.subarray(from, iac + 1), length);
    length += iac + 1 - from;
    out[length++] = telnet.IAC;
    from = iac + 1;
  }
  out.set(bytes.subarray(from), length);
  return out.subarray(0, length + bytes.length - from);
}

export function encodeNegotiation(verb: NegotiationVerb, option: number): Uint8Array {
  return Uint8Array.of(telnet.IAC, verb, option);
}

export function encodeSubnegotiation(option: number, payload: Uint8Array): Uint8Array {
  const { IAC, SB, SE } = telnet;
  return Uint8Array.of(IAC, SB, option, ...escapeIac(payload), IAC, SE);
}
