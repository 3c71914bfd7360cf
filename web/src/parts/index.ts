// index.ts - all parts: import { Table, Button } from '../../parts';
export * from './basic';
export * from './form';
export * from './icon';
export * from './layers';
export * from './table';
