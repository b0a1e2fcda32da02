/** Messages of the core begin small and end bare, to fit into logs; on screen they are sentences. */
export function sentence(text: string): string {
  // A first word that is a name (`virtual-1`, `/dev/ttyACM0`) is spelled as it is.
  const capital = /^[a-z]+(?=[\s,])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
