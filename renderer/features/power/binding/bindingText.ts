import type { PowerBinding } from '../../../../main/contract/index.ts';
import { formatArgv } from './argvText.ts';

/** `http://plug.lan, relay 2`: which outlet a binding means, in a line. */
export function bindingText(binding: PowerBinding): string {
  switch (binding.kind) {
    case 'acm-cable':
      return binding.match.value;
    case 'usb-hub-port':
      return binding.socket;
    case 'pdudaemon':
      return `${binding.pdu}, outlet ${binding.outlet}, by ${binding.url}`;
    case 'tasmota':
      return `${binding.url}, relay ${binding.relay}`;
    case 'shelly':
      return `${binding.url}, channel ${binding.channel}`;
    case 'home-assistant':
      return `${binding.entityId} at ${binding.url}`;
    case 'command':
      return formatArgv(binding.on);
    case 'virtual':
      return binding.gang === null ? binding.behaviour : `${binding.behaviour}, gang ${binding.gang}`;
  }
}
