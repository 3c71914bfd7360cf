// page.tsx - journey maps: what did we intend, and what really happens? /maps: all of them;
// /maps/MAP: one.
import type { PageProps } from '../pages';
import { List } from './list';
import { One } from './one';

export default function Maps({ rest }: PageProps) {
  const [map] = rest;
  return map ? <One key={map} map={map} /> : <List />;
}
