/** Telnet's bytes (RFC 854, 855). */
export const telnet = {
  IAC: 255,
  DONT: 254,
  DO: 253,
  WONT: 252,
  WILL: 251,
  SB: 250,
  AYT: 246,
  BRK: 243,
  SE: 240,
} as const;

/** Options by their IANA number: BINARY (RFC 856), ECHO (857), SGA (858), COM-PORT (2217). */
export const telnetOption = { BINARY: 0, ECHO: 1, SGA: 3, COM_PORT: 44 } as const;

export type NegotiationVerb = typeof telnet.DO | typeof telnet.DONT | typeof telnet.WILL | typeof telnet.WONT;

/** Commands within COM-PORT (RFC 2217, section 3): as a client sends them; a server answers with `+ fromServer`. */
export const comPort = {
  SIGNATURE: 0,
  SET_BAUDRATE: 1,
  SET_DATASIZE: 2,
  SET_PARITY: 3,
  SET_STOPSIZE: 4,
  SET_CONTROL: 5,
  NOTIFY_LINESTATE: 6,
  NOTIFY_MODEMSTATE: 7,
  FLOWCONTROL_SUSPEND: 8,
  FLOWCONTROL_RESUME: 9,
  SET_LINESTATE_MASK: 10,
  SET_MODEMSTATE_MASK: 11,
  PURGE_DATA: 12,
} as const;

export const fromServer = 100;

/** Values of SET-CONTROL (RFC 2217, section 3). */
export const comControl = {
  ASK_FLOW: 0,
  NO_FLOW: 1,
  XON_XOFF: 2,
  HARDWARE: 3,
  ASK_BREAK: 4,
  BREAK_ON: 5,
  BREAK_OFF: 6,
  ASK_DTR: 7,
  DTR_ON: 8,
  DTR_OFF: 9,
  ASK_RTS: 10,
  RTS_ON: 11,
  RTS_OFF: 12,
  ASK_INBOUND_FLOW: 13,
  NO_INBOUND_FLOW: 14,
  INBOUND_XON_XOFF: 15,
  INBOUND_HARDWARE: 16,
} as const;

/** Bits of NOTIFY-MODEMSTATE; the lower four say what changed. */
export const modemState = {
  DCD: 0x80,
  DSR: 0x20,
  CTS: 0x10,
  DCD_CHANGED: 0x08,
  DSR_CHANGED: 0x02,
  CTS_CHANGED: 0x01,
} as const;
