// allowed.tsx - what only those see who may; the others see what stands instead. What the
// server draws (draw.tsx) holds both, and it chooses.
import type { ComponentChildren } from 'preact';
import { may } from '../base/session';

export function Allowed({ right, children, instead }: { right: string | undefined; children: ComponentChildren; instead?: ComponentChildren }) {
  return <>{!right || may(right) ? children : instead}</>;
}
