// The console begins: clock, router, session; then the app shows what the session allows.
import { render } from 'preact';
import { App, hurry } from './app.tsx';
import { startFirst } from './first.ts';
import { startKeys } from './keys.ts';
import { startRouter } from './router.ts';
import { startSession } from './session.ts';
import { startStyles } from './styles.ts';
import { startClock } from './time.ts';

startStyles();
startClock();
startRouter();
startFirst();
startKeys();
void startSession();
hurry();
render(<App />, document.getElementById('app')!);
