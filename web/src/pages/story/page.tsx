// page.tsx - stories: /stories finds one, /stories/17 tells it.
import type { PageProps } from '../pages';
import { Find } from './find';
import { OneStory } from './one';

export default function Stories({ rest }: PageProps) {
  const number = /^\d{1,10}$/.test(rest[0] ?? '') ? Number(rest[0]) : 0;
  return number ? <OneStory key={number} number={number} /> : <Find />;
}
