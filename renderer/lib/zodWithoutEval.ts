import { config } from 'zod';

// zod speeds itself up with `new Function`, which the content security policy forbids: every probe would be
// reported as a violation. Import this before anything of the contract that is more than a type.
config({ jitless: true });
