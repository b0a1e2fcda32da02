import { expect, test } from 'vitest';
import { TypeAhead } from './typeAhead.ts';

class FakeWindow extends EventTarget {
  press(key: string, ctrlKey = false): { stopped: boolean } {
    const event = Object.assign(new Event('keydown', { cancelable: true }), {
      key,
      ctrlKey,
      metaKey: false,
      altKey: false,
    });
    this.dispatchEvent(event);
    return { stopped: event.defaultPrevented };
  }
}

test('what is typed before the field is there goes to the field and nowhere else', () => {
  const window = new FakeWindow();
  const ahead = new TypeAhead(window as unknown as Window);
  ahead.start();
  for (const key of ['t', 'h', 'x', 'Backspace', 'e']) expect(window.press(key).stopped).toBe(true);
  expect(window.press('Enter').stopped).toBe(true);
  expect(ahead.take()).toBe('the');
});

test('shortcuts, and everything once the field has the focus, are left alone', () => {
  const window = new FakeWindow();
  const ahead = new TypeAhead(window as unknown as Window);
  ahead.start();
  expect(window.press('c', true).stopped).toBe(false);
  ahead.take();
  expect(window.press('a').stopped).toBe(false);
  expect(ahead.take()).toBe('');
});
