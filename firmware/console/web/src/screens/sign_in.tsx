// Signing in: friendly to password managers, in the language that was spoken here last, and the other one click away.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem, asProblem } from '../api.ts';
import { Brand } from '../components/brand.tsx';
import { Button, ErrorNote, TextField } from '../components/index.ts';
import { signIn } from '../session.ts';
import { language, speak, text } from '../text.ts';

export function OtherLanguage() {
  const other = language.value === 'en' ? 'es' : 'en';
  return (
    <p>
      <Button kind="quiet" icon="globe" lang={other} onClick={() => void speak(other)}>
        {other === 'es' ? 'Español' : 'English'}
      </Button>
    </p>
  );
}

export function SignIn({ expired }: { expired: boolean }) {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    document.title = `${text('ui.sign_in.title')} · Sealwarden`;
    form.current?.querySelector('input')?.focus();
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await signIn(user.trim(), password);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <main class="centre">
      <div class="card stack">
        <Brand />
        <h1>{text('ui.sign_in.title')}</h1>
        {expired && (
          <p class="note" role="status">
            {text('ui.sign_in.expired')}
          </p>
        )}
        <form ref={form} class="stack" onSubmit={(event) => void submit(event)}>
          <TextField label={text('ui.sign_in.user')} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required value={user} onInput={setUser} />
          <TextField label={text('ui.sign_in.password')} name="password" type="password" autocomplete="current-password" required value={password} onInput={setPassword} />
          {problem &&
            (problem.retryAfter !== null ? (
              <p class="note" role="alert">
                {text('ui.sign_in.locked', { count: problem.retryAfter })}
              </p>
            ) : (
              <ErrorNote problem={problem} />
            ))}
          <Button kind="primary" type="submit" wide tall busy={busy}>
            {text('ui.sign_in.go')}
          </Button>
        </form>
        <OtherLanguage />
      </div>
    </main>
  );
}
