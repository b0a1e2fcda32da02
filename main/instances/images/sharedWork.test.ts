import { expect, test } from 'vitest';
import { type BuildListener, SharedWork } from './sharedWork.ts';

function waiting() {
  const cancel = new AbortController();
  const heard: string[] = [];
  const listener: BuildListener = {
    signal: cancel.signal,
    onStep: (step) => heard.push(step),
    onProgress: (share) => heard.push(`${share}`),
    onLine: (line) => heard.push(line),
  };
  return { cancel: () => cancel.abort(new Error('cancelled')), heard, listener };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((...ends) => {
    [resolve, reject] = ends;
  });
  return { promise, resolve, reject };
}

/** A build that is held in the hand. */
function build() {
  const begun = deferred<BuildListener>();
  const end = deferred<string>();
  // Whoever waits for it says what its failure means.
  end.promise.catch(() => {});
  let times = 0;
  const work = async (listener: BuildListener) => {
    times += 1;
    begun.resolve(listener);
    return end.promise;
  };
  return { work, begun: begun.promise, finish: end.resolve, break: end.reject, times: () => times };
}

test('two who want the same get it from one build, and the later one hears where it is', async () => {
  const shared = new SharedWork<string>();
  const one = build();
  const [first, second] = [waiting(), waiting()];
  const a = shared.run('image', first.listener, one.work);
  const inside = await one.begun;
  inside.onStep('base');
  inside.onProgress(0.5);
  const b = shared.run('image', second.listener, one.work);
  inside.onProgress(0.4);
  inside.onStep('image');
  inside.onLine('hello');
  one.finish('made');
  expect(await Promise.all([a, b])).toEqual(['made', 'made']);
  expect(one.times()).toBe(1);
  expect(second.heard).toEqual(['base', '0.5', 'image', 'hello']);
});

test('who gives up leaves alone; the last one ends the build, and waits until it has cleaned up', async () => {
  const shared = new SharedWork<string>();
  const one = build();
  const [first, second] = [waiting(), waiting()];
  const a = shared.run('image', first.listener, one.work);
  const inside = await one.begun;
  const b = shared.run('image', second.listener, one.work);
  first.cancel();
  await expect(a).rejects.toThrow('cancelled');
  expect(inside.signal.aborted).toBe(false);
  let isOver = false;
  const over = b.catch(() => {
    isOver = true;
  });
  second.cancel();
  expect(inside.signal.aborted).toBe(true);
  await Promise.resolve();
  expect(isOver).toBe(false);
  one.break(new Error('ended'));
  await over;
  await expect(b).rejects.toThrow('cancelled');
});

test('who comes while a build is being undone gets one of their own', async () => {
  const shared = new SharedWork<string>();
  const [old, fresh] = [build(), build()];
  const [first, second] = [waiting(), waiting()];
  const a = shared.run('image', first.listener, old.work);
  await old.begun;
  first.cancel();
  const b = shared.run('image', second.listener, fresh.work);
  old.break(new Error('ended'));
  await expect(a).rejects.toThrow('cancelled');
  await fresh.begun;
  fresh.finish('new');
  expect(await b).toBe('new');
});

test('a build that failed is not remembered', async () => {
  const shared = new SharedWork<string>();
  const broken = build();
  broken.break(new Error('no'));
  await expect(shared.run('image', waiting().listener, broken.work)).rejects.toThrow('no');
  expect(await shared.run('image', waiting().listener, async () => 'yes')).toBe('yes');
});
