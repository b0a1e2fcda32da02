import { useEffect } from 'react';

let marked = false;

/** Marks the first frame that shows the window, for the launch benchmark; then runs what could wait for it. */
export function useFirstPaint(afterwards: () => void): void {
  useEffect(() => {
    if (marked) return;
    marked = true;
    // The frame after the next callback's is the first that can be on screen.
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        channel.port1.close();
        performance.mark('labdeck:first-paint');
        afterwards();
      };
      channel.port2.postMessage(null);
    });
  }, [afterwards]);
}
