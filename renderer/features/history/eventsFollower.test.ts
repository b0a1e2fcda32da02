import { expect, test } from 'vitest';
import { EventsFollower, type RecordedEvent } from './eventsFollower.ts';

/** A recording's events, answered as the core does: those from one offset to another, ascending. */
class FakeRecording {
  readonly asked: [number, number][] = [];
  readonly events: RecordedEvent[] = [];

  happen(kind: RecordedEvent['kind'], offset: number, text: string): void {
    this.events.push({ kind, offset, atMs: offset, text });
  }

  readonly ask = async (from: number, to: number): Promise<RecordedEvent[]> => {
    this.asked.push([from, to]);
    return this.events.filter((event) => event.offset >= from && event.offset <= to);
  };
}

const texts = (follower: EventsFollower) =>
  follower.store.getState().events?.map((event) => event.text) ?? null;

test('marks and power are listed newest first, typing is not', async () => {
  const recording = new FakeRecording();
  recording.happen('power', 0, 'power on');
  recording.happen('tx', 10, 'typed');
  recording.happen('mark', 20, 'here');
  const follower = new EventsFollower(recording.ask);
  await follower.catchUp(0, 100);
  expect(texts(follower)).toEqual(['here', 'power on']);
});

test('what was asked once is not asked again, and a mark at the very end appears once', async () => {
  const recording = new FakeRecording();
  const follower = new EventsFollower(recording.ask);
  recording.happen('mark', 100, 'one');
  await follower.catchUp(0, 100);
  recording.happen('mark', 100, 'two');
  await follower.catchUp(0, 100);
  await follower.catchUp(0, 250);
  expect(texts(follower)).toEqual(['two', 'one']);
  expect(recording.asked).toEqual([
    [0, 100],
    [100, 100],
    [100, 250],
  ]);
});

test('without an answer what is known stays, and the trouble is told', async () => {
  const recording = new FakeRecording();
  recording.happen('mark', 5, 'kept');
  let away = false;
  const follower = new EventsFollower(async (from, to) => {
    if (away) throw new Error('gone');
    return recording.ask(from, to);
  });
  await follower.catchUp(0, 10);
  away = true;
  await follower.catchUp(0, 20);
  expect(texts(follower)).toEqual(['kept']);
  expect(follower.store.getState().problem?.code).toBe('DISCONNECTED');
});
