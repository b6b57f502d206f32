// The picture of what stands that the console puts into the page itself (firmware/console/first_picture.hpp): it is shown until
// the app shows the same, live, or knows why it cannot.
import { effect, signal } from '@preact/signals';
import { link } from './live.ts';
import { signed } from './session.ts';

const picture = document.getElementById('first');
export const isFirst = signal(picture !== null);

function end(): void {
  picture?.remove();
  isFirst.value = false;
}

export function startFirst(): void {
  if (!picture) return;
  // By then its own style says that it is old.
  setTimeout(end, 5000);
  effect(() => {
    const is = signed.value.is;
    if (is === 'in' ? link.value.state !== 'starting' : is !== 'asking') end();
  });
}
