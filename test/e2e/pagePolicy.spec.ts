import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './fixtures/foreignTest.ts';

/** What the page's own security policy refused while `tried` ran, as `directive uri`. */
async function refusals(
  page: Page,
  tried: (foreignUrl: string) => unknown,
  foreignUrl: string,
): Promise<string[]> {
  await page.evaluate(() => {
    const seen: string[] = [];
    Reflect.set(globalThis, 'policyRefusals', seen);
    document.addEventListener('securitypolicyviolation', (event) =>
      seen.push(`${event.effectiveDirective} ${event.blockedURI}`),
    );
  });
  await page.evaluate(tried, foreignUrl);
  return await page.evaluate(() => Reflect.get(globalThis, 'policyRefusals') as string[]);
}

/** Tells what becomes of each attempt of the first window to go elsewhere. */
async function watchNavigations(
  app: ElectronApplication,
): Promise<() => Promise<{ url: string; refused: boolean }[]>> {
  await app.evaluate(({ BrowserWindow }) => {
    const seen: { url: string; refused: boolean }[] = [];
    Reflect.set(globalThis, 'navigationsForTests', seen);
    // Behind the app's own listener, so what that decided is known here.
    BrowserWindow.getAllWindows()[0]?.webContents.on('will-navigate', (event) =>
      seen.push({ url: event.url, refused: event.defaultPrevented }),
    );
  });
  return () => app.evaluate(() => Reflect.get(globalThis, 'navigationsForTests'));
}

test('the security policy lets no inline, evaluated or foreign script run, and fetches nothing from elsewhere', async ({
  desktop,
  foreign,
}) => {
  const { page } = await desktop.firstWindow();
  const refused = await refusals(
    page,
    async (foreignUrl) => {
      const inline = document.createElement('script');
      inline.textContent = 'globalThis.inlineScriptRan = true';
      document.head.append(inline);
      const handler = document.createElement('button');
      handler.setAttribute('onclick', 'globalThis.inlineHandlerRan = true');
      document.body.append(handler);
      handler.click();
      handler.remove();
      // From a timer: the debugger's own evaluation would be let through.
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          try {
            // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested
            eval('globalThis.evaluatedScriptRan = true');
          } catch {
            // As it should be.
          }
          resolve();
        });
      });
      for (const source of [
        `${foreignUrl}/script.js`,
        'data:text/javascript,globalThis.foreignScriptRan=true',
      ]) {
        const script = document.createElement('script');
        script.src = source;
        const settled = new Promise((resolve) => {
          script.onload = script.onerror = resolve;
        });
        document.head.append(script);
        await settled;
      }
      await fetch(`${foreignUrl}/fetch`).catch(() => {});
      const image = new Image();
      const loaded = new Promise((resolve) => {
        image.onload = image.onerror = resolve;
      });
      image.src = `${foreignUrl}/image`;
      await loaded;
      const frame = document.createElement('iframe');
      frame.src = `${foreignUrl}/frame`;
      const framed = new Promise((resolve) => {
        frame.onload = resolve;
      });
      document.body.append(frame);
      await framed;
      frame.remove();
    },
    foreign.url,
  );
  const ran = await page.evaluate(() =>
    ['inlineScriptRan', 'inlineHandlerRan', 'evaluatedScriptRan', 'foreignScriptRan'].filter(
      (name) => name in globalThis,
    ),
  );
  expect(ran).toEqual([]);
  expect(foreign.visits).toEqual([]);
  for (const wanted of [
    'script-src-elem inline',
    'script-src-attr inline',
    'script-src eval',
    `script-src-elem ${foreign.url}/script.js`,
    'script-src-elem data',
    `connect-src ${foreign.url}/fetch`,
    `img-src ${foreign.url}/image`,
    `frame-src ${foreign.url}`,
  ])
    expect(refused).toContain(wanted);
  // These complaints were asked for.
  desktop.problems.length = 0;
});

test('a page can neither open a window nor leave for another place', async ({ desktop, foreign }) => {
  const { page } = await desktop.firstWindow();
  const here = page.url();
  const opened = await page.evaluate((url) => {
    const link = document.createElement('a');
    link.href = url;
    link.target = '_blank';
    document.body.append(link);
    link.click();
    link.remove();
    return [window.open(url), window.open('about:blank'), window.open('labdeck://app/')].map(
      (each) => each === null,
    );
  }, foreign.url);
  expect(opened).toEqual([true, true, true]);
  expect(desktop.app.windows()).toHaveLength(1);

  const navigations = await watchNavigations(desktop.app);
  const places = [
    `${foreign.url}/`,
    'file:///etc/passwd',
    'labdeck://elsewhere/',
    'https://example.invalid/',
  ];
  for (const [index, place] of places.entries()) {
    await page.evaluate((url) => {
      const link = document.createElement('a');
      link.href = url;
      document.body.append(link);
      link.click();
      link.remove();
    }, place);
    // A file: address is refused by the browser before it even asks the app.
    if (!place.startsWith('file:'))
      await expect
        .poll(async () => (await navigations()).at(-1), { message: `attempt ${index}: ${place}` })
        .toEqual({ url: place, refused: true });
  }
  expect((await navigations()).every(({ refused }) => refused)).toBe(true);
  expect(page.url()).toBe(here);
  expect(await page.evaluate(() => document.readyState)).toBe('complete');
  expect(foreign.visits).toEqual([]);
});

test.describe('with a camera and a microphone', () => {
  test.use({ switches: ['--use-fake-device-for-media-stream'] });
  test('a page is granted nothing but copying', async ({ desktop }) => {
    const { page } = await desktop.firstWindow();
    const asked = await page.evaluate(async () => {
      const outcome = (work: Promise<unknown>) =>
        work.then(
          (value) => String(value),
          (error) => (error instanceof Error ? error.name : String(error)),
        );
      const state = async (name: string) =>
        (await navigator.permissions.query({ name: name as PermissionName })).state;
      return {
        microphone: await outcome(navigator.mediaDevices.getUserMedia({ audio: true })),
        camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
        notification: await Notification.requestPermission(),
        place: await new Promise((resolve) => {
          navigator.geolocation.getCurrentPosition(
            () => resolve('told'),
            (error) => resolve(error.code === error.PERMISSION_DENIED ? 'denied' : 'failed'),
          );
        }),
        midi: await outcome(navigator.requestMIDIAccess()),
        readClipboard: await state('clipboard-read'),
        geolocation: await state('geolocation'),
        notifications: await state('notifications'),
      };
    });
    expect(asked).toEqual({
      microphone: 'NotAllowedError',
      camera: 'NotAllowedError',
      notification: 'denied',
      place: 'denied',
      midi: expect.stringMatching(/^(NotAllowedError|SecurityError)$/),
      readClipboard: 'denied',
      geolocation: 'denied',
      notifications: 'denied',
    });
    const devices = await page.evaluate(async () => {
      const { serial, usb, hid } = navigator as unknown as Record<
        'serial' | 'usb' | 'hid',
        { getPorts?(): Promise<unknown[]>; getDevices?(): Promise<unknown[]> } | undefined
      >;
      return {
        serial: (await serial?.getPorts?.()) ?? [],
        usb: (await usb?.getDevices?.()) ?? [],
        hid: (await hid?.getDevices?.()) ?? [],
      };
    });
    expect(devices).toEqual({ serial: [], usb: [], hid: [] });
  });
});
