import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { FakeUdev } from '../fakes/fakeUdev.ts';
import { withApp } from './benchApp.ts';
import type { Figure, Reading } from './figure.ts';
import { PtyLines } from './ptyLines.ts';
import { median, percentile, range, round } from './stats.ts';
import { waitFor } from './waiting.ts';

const plugs = 20;
const others = 8;

/** From udev's event, after its rules ran, until the port's card is drawn in the real window. */
export const hotplugFigure: Figure = {
  name: 'hotplug',
  title: `udev event to the port on screen, ${plugs} times, ${others} other ports there`,
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-hotplug-'));
    const lines = await PtyLines.open(others + 1);
    const udev = new FakeUdev();
    try {
      const nodes = lines.devices.map((pty, at) => {
        const node = join(folder, `ttyACM${at}`);
        symlinkSync(pty, node);
        return node;
      });
      const ports = nodes.map(port);
      udev.setPorts(ports.slice(0, others));
      const env = { PATH: `${udev.binDir}:${process.env.PATH ?? ''}` };
      const tookMs = await withApp(env, async (page) => {
        await page.evaluate(() => {
          window.location.hash = '#/ports';
        });
        await page.getByTestId(cardOf(others - 1)).waitFor({ timeout: 20_000 });
        const took: number[] = [];
        for (let at = 1; at <= plugs; at += 1) {
          progress(`plug ${at} of ${plugs}`);
          took.push(
            await plugIn(
              page,
              () => udev.setPorts(ports),
              () => udev.announce(),
            ),
          );
          udev.setPorts(ports.slice(0, others));
          udev.announce();
          await waitFor(
            async () => ((await page.getByTestId(cardOf(others)).count()) === 0 ? true : null),
            10_000,
            'the port goes',
          );
          await sleep(300);
        }
        return took;
      });
      return { readings: read(tookMs), raw: tookMs };
    } finally {
      udev.dispose();
      await lines.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The page notes itself when the card is painted: asking it would cost more than what is measured. */
async function plugIn(page: Page, change: () => void, announce: () => void): Promise<number> {
  await page.evaluate((testId) => {
    window.benchShownAtMs = null;
    const look = () => {
      if (document.querySelector(`[data-testid="${testId}"]`)) window.benchShownAtMs = Date.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, cardOf(others));
  change();
  const atMs = Date.now();
  announce();
  const shownAtMs = await waitFor(
    () => page.evaluate(() => window.benchShownAtMs),
    10_000,
    'the port shows',
    50,
  );
  return shownAtMs - atMs;
}

function port(device: string, at: number) {
  const path = `pci-0000:00:14.0-usb-0:${at + 1}:1.0`;
  const id = `usb-Bench_Adapter_${at}-if00`;
  return {
    device,
    properties: {
      ID_VENDOR_ID: '2e8a',
      ID_MODEL_ID: '000a',
      ID_SERIAL_SHORT: `BENCH${at}`,
      ID_SERIAL: `Bench_Adapter_${at}`,
      ID_MODEL: 'Adapter',
      DEVLINKS: `/dev/serial/by-id/${id} /dev/serial/by-path/${path}`,
    },
  };
}

function cardOf(at: number): string {
  return `port-pci-0000:00:14.0-usb-0:${at + 1}:1.0`;
}

function read(tookMs: readonly number[]): Reading[] {
  return [
    {
      name: 'p95',
      value: percentile(tookMs, 95),
      unit: 'ms',
      goal: { is: 'at most', value: 300 },
      note: `p50 ${round(median(tookMs))}, ${range(tookMs)} ms; 100 ms of it wait for more events of the same plug`,
    },
  ];
}

declare global {
  interface Window {
    benchShownAtMs: number | null;
  }
}
