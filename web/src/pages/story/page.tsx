// page.tsx - stories: /stories finds one, /stories/17 tells it, /stories/reviews is what all say.
import { may } from '../../base/session';
import type { PageProps } from '../pages';
import { Find } from './find';
import { OneStory } from './one';
import { ReviewsOfAll } from './reviews';

export default function Stories({ rest }: PageProps) {
  const number = /^\d{1,10}$/.test(rest[0] ?? '') ? Number(rest[0]) : 0;
  if (rest[0] === 'reviews' && may('stories')) return <ReviewsOfAll />;
  return number ? <OneStory key={number} number={number} /> : <Find />;
}
