import { describeContainerEngine } from '../fakes/engine/engineSuite.ts';
import { podmanRig } from './podmanRig.ts';

describeContainerEngine('podman', podmanRig);
