// The same mark, taken in the same way, as renderer/app/firstPaint.ts.
requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    performance.mark('labdeck:first-paint');
  };
  channel.port2.postMessage(null);
});
