export { type Bench, benchChecks } from './benchChecks.ts';
export { type DoctorDeps, DoctorService } from './doctorService.ts';
export { type Machine, thisMachine } from './machine.ts';
export { exitCodeOf, reportText } from './reportText.ts';
