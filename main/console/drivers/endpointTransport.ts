import type { Logger } from '../../base/logger.ts';
import type { ConsoleEndpoint } from '../../contract/index.ts';
import type { ConsoleTransport, LineParameters } from '../transport.ts';
import { CommandTransport } from './commandTransport.ts';
import { Rfc2217Transport } from './rfc2217Transport.ts';
import { SocketTransport } from './socketTransport.ts';

/** The transport for a line that is no port of this machine; not opened yet. */
export function endpointTransport(
  endpoint: ConsoleEndpoint,
  line: LineParameters,
  logger: Logger,
): ConsoleTransport {
  switch (endpoint.kind) {
    case 'rfc2217':
      return new Rfc2217Transport({ host: endpoint.host, port: endpoint.port, line });
    case 'command':
      return new CommandTransport({ argv: endpoint.argv, logger });
    default:
      return new SocketTransport(endpoint);
  }
}
