import { once } from 'node:events';
import { connect } from 'node:net';
import type { SharingState } from '../../main/contract/index.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, test } from './fixtures/browserTest.ts';

const consoleId = 'virtual-1.main';

test('a console shared in the window is reached with the command shown there, and who came in is named', async ({
  page,
  host,
}) => {
  await host.lab.switchPower('virtual-1', 'on');
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  await window.select('virtual-1');
  await window.expectText(consoleId, 'login:');
  await page.getByTestId('sharing').click();
  const panel = page.getByTestId('sharing-panel');
  await panel.getByRole('switch', { name: 'Raw TCP' }).click();
  await expect(panel.getByText(/^nc 127\.0\.0\.1 \d+$/)).toBeVisible();
  const { tcp } = await host.lab.json<SharingState>('GET', `/consoles/${consoleId}/sharing`);
  await expect(panel.getByText(`nc 127.0.0.1 ${tcp?.port}`)).toBeVisible();

  const client = connect(Number(tcp?.port), '127.0.0.1');
  await once(client, 'connect');
  let printed = '';
  client.on('data', (bytes: Buffer) => {
    printed += bytes.toString('latin1');
  });
  await expect(panel.getByRole('region', { name: 'Connected' })).toContainText('127.0.0.1');
  client.write('root\r');
  await expect.poll(() => printed, { timeout: 30_000 }).toContain('root');
  await window.expectText(consoleId, 'login: root');
  await expect(page.getByTestId('lease')).toHaveAttribute('data-standing', /theirs|idle/);

  const closed = once(client, 'close');
  await panel.getByRole('switch', { name: 'Raw TCP' }).click();
  await closed;
  await expect(panel.getByRole('region', { name: 'Connected' })).toHaveCount(0);
});

test('a console that the network can reach says so at its edge, in the list and on the wall', async ({
  page,
  host,
}) => {
  await host.lab.json('PUT', `/consoles/${consoleId}/sharing`, {
    tcp: { port: 0, address: '0.0.0.0', consent: true, readOnly: true },
  });
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  await window.select('virtual-1');
  await expect(window.board('virtual-1').getByTestId('exposed')).toBeVisible();
  await expect(page.getByRole('main').getByTestId('exposed')).toContainText('Open to the network');
  await page.getByRole('button', { name: 'Consoles', exact: true }).click();
  await expect(page.getByTestId(`tile-${consoleId}`).getByTestId('exposed')).toBeVisible();
  await page.getByRole('button', { name: 'Bench', exact: true }).click();
  await page.getByTestId('sharing').click();
  await page.getByTestId('sharing-panel').getByRole('switch', { name: 'Raw TCP' }).click();
  await expect(page.getByTestId('exposed')).toHaveCount(0);
});
