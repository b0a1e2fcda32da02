import { implement } from '@orpc/server';
import { contract } from '../contract/index.ts';
import type { ApiContext } from './context.ts';
import { translateErrors } from './errors.ts';

/** The contract, ready to be given its handlers; what a service throws as LabError crosses typed. */
export const lab = implement(contract).$context<ApiContext>().use(translateErrors);
