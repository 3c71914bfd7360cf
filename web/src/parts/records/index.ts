// index.ts - what every page about records needs: import { RecordLine } from '../../parts/records';
// Apart from the other parts, so that pages without records do not load it.
export * from './values';
export * from './fields';
export * from './moves';
export * from './sources';
export { say } from './words.en';
export * from './ruined';
export * from './reverse';
