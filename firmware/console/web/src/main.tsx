// The console begins: clock, router, session; then the app shows what the session allows.
import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/live.css';
import './styles/screens.css';
import './styles/print.css';
import { App, hurry } from './app.tsx';
import { startKeys } from './keys.ts';
import { startRouter } from './router.ts';
import { startSession } from './session.ts';
import { startClock } from './time.ts';

startClock();
startRouter();
startKeys();
void startSession();
hurry();
render(<App />, document.getElementById('app')!);
