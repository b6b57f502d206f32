// Changing one's own password.
import { useState } from 'preact/hooks';
import { Problem, asProblem, put } from '../api.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';
import { ErrorNote, toast } from './notes.tsx';

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await put('/session/password', { old, new: next });
      toast(text('ui.password.changed'));
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={text('ui.password.change')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <TextField label={text('ui.password.old')} type="password" autocomplete="current-password" required value={old} onInput={setOld} />
        <TextField label={text('ui.password.new')} type="password" autocomplete="new-password" required minLength={12}
          hint={text('ui.password.hint')} value={next} onInput={setNext} />
        {problem && <ErrorNote problem={problem} />}
        <div class="dialog-foot">
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {text('ui.password.change')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
