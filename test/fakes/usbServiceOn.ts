import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { NoticesService } from '../../main/notices/index.ts';
import { type UsbDeps, UsbService } from '../../main/usb/index.ts';
import type { FakeUsb } from './fakeUsb.ts';

/** The real service on a fake /sys; not started: it looks when it is told to. */
export function usbServiceOn(fake: FakeUsb, more: Partial<UsbDeps> = {}): UsbService {
  return new UsbService({
    dir: fake.root,
    hubControl: fake.hubControl,
    boards: () => new Map(),
    notices: new NoticesService(systemClock),
    clock: systemClock,
    logger: silentLogger,
    sysDir: fake.sysDir,
    procDir: fake.procDir,
    devDir: fake.devDir,
    debounce: { quietMs: 5, maxWaitMs: 50 },
    ...more,
  });
}
