// The first administrator, by the one-time code that the gateway shows to whoever stands at the machine.
import { useState } from 'preact/hooks';
import { Problem, asProblem } from '../api.ts';
import { Brand } from '../components/brand.tsx';
import { Button, ErrorNote, TextField } from '../components/index.ts';
import { setUp } from '../session.ts';
import { text } from '../text.ts';
import { OtherLanguage } from './sign_in.tsx';

export function SetUp() {
  const [asked, setAsked] = useState({ code: '', user: '', name: '', password: '' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const change = (field: keyof typeof asked) => (value: string) => setAsked((before) => ({ ...before, [field]: value }));
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await setUp({ ...asked, code: asked.code.trim(), user: asked.user.trim() });
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <main class="centre">
      <div class="card stack">
        <Brand />
        <h1>{text('ui.set_up.title')}</h1>
        <p class="secondary">{text('ui.set_up.text')}</p>
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <TextField label={text('ui.set_up.code')} hint={text('ui.set_up.code_hint')} autocomplete="one-time-code" spellcheck={false} required value={asked.code} onInput={change('code')} />
          <TextField label={text('ui.sign_in.user')} hint={text('ui.set_up.user_hint')} autocomplete="username" autocapitalize="none" spellcheck={false} required
            pattern="[a-z0-9][a-z0-9._\-]*" value={asked.user} onInput={change('user')} />
          <TextField label={text('ui.set_up.name')} autocomplete="name" required value={asked.name} onInput={change('name')} />
          <TextField label={text('ui.sign_in.password')} hint={text('ui.password.hint')} type="password" autocomplete="new-password" required minLength={12} value={asked.password} onInput={change('password')} />
          {problem && <ErrorNote problem={problem} />}
          <Button kind="primary" type="submit" wide tall busy={busy}>
            {text('ui.set_up.go')}
          </Button>
        </form>
        <OtherLanguage />
      </div>
    </main>
  );
}
