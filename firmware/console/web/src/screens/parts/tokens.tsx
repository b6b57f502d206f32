// Tokens for programs: what there is, making one, which is shown once, and revoking.
import { useState } from 'preact/hooks';
import { asProblem, del, post, useGet, type Problem } from '../../api.ts';
import { Button, Checkbox, Dialog, ErrorNote, Select, TextField, confirm } from '../../components/index.ts';
import { session } from '../../session.ts';
import { text, textOf } from '../../text.ts';
import { Asked, Moment, Table } from './bits.tsx';

interface Token {
  id: string;
  user: string;
  name: string;
  rights: string[];
  use: 'http' | 'mqtt';
  made_ts: number;
  expires_ts: number;
  used_ts: number | null;
}

// One's own; whoever manages users sees those of all. Each makes only tokens of his own, for no more than he may.
export function Tokens() {
  const answer = useGet<{ tokens: Token[] }>('/tokens');
  const [making, setMaking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const revoke = async (token: Token): Promise<void> => {
    if (!(await confirm({ title: text('ui.users.revoke'), sentence: text('ui.users.revoke_sure', { token: `${token.user}/${token.name}` }), yes: text('ui.users.revoke') }))) return;
    setProblem(null);
    try {
      await del(`/tokens/${encodeURIComponent(token.id)}`);
      answer.reload();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const tokens = answer.data?.tokens ?? [];
  return (
    <>
      <p class="secondary">{text('ui.users.tokens_lead')}</p>
      <div class="row"><Button kind="primary" icon="plus" onClick={() => setMaking(true)}>{text('ui.users.add_token')}</Button></div>
      {problem && <ErrorNote problem={problem} />}
      <Asked answer={answer} empty={tokens.length === 0} nothing={text('ui.users.no_tokens')}>
        <Table rows={tokens} caption={text('ui.users.tokens')} keyOf={(token) => token.id} columns={[
          { head: 'ui.head.token', cell: (token) => <><strong>{token.name}</strong> <span class="secondary mono small">{token.id}</span></> },
          { head: 'ui.head.user', cell: (token) => token.user },
          { head: 'ui.head.rights', cell: (token) => token.rights.map((right) => textOf(`ui.may.${right}`, right)).join(', ') },
          { head: 'ui.head.use', cell: (token) => text(token.use === 'mqtt' ? 'ui.users.use_mqtt' : 'ui.users.use_http') },
          { head: 'ui.head.until', cell: (token) => <Moment ms={token.expires_ts} full /> },
          { head: 'ui.head.used', cell: (token) => (token.used_ts ? <Moment ms={token.used_ts} full /> : text('ui.never')) },
          { head: 'ui.head.do', cell: (token) => <Button onClick={() => void revoke(token)}>{text('ui.users.revoke')}</Button> },
        ]} />
      </Asked>
      {making && <TokenDialog close={() => { setMaking(false); answer.reload(); }} />}
    </>
  );
}

function TokenDialog({ close }: { close: () => void }) {
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [use, setUse] = useState('http');
  const [password, setPassword] = useState('');
  const [rights, setRights] = useState<ReadonlySet<string>>(new Set());
  const [made, setMade] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const possible = session()?.rights ?? [];
  const toggle = (right: string, on: boolean): void => {
    const next = new Set(rights);
    if (on) next.add(right);
    else next.delete(right);
    setRights(next);
  };
  const make = async (event: Event): Promise<void> => {
    event.preventDefault();
    const lacking: Record<string, string> = {};
    if (!/^[a-z0-9-]{1,40}$/.test(name)) lacking['name'] = text('ui.wrong.user_id');
    if (!/^[1-9]\d{0,2}$/.test(days) || Number(days) > 366) lacking['days'] = text('ui.wrong.days');
    if (rights.size === 0) lacking['rights'] = text('ui.wrong.rights');
    setWrong(lacking);
    if (Object.keys(lacking).length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      const answer = await post<{ id: string; token: string }>('/tokens', { name, rights: [...rights], days: Number(days), use, password });
      setMade(answer.token);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Dialog title={text('ui.users.add_token')} onClose={close}>
      {made ? (
        <>
          <p role="status"><strong>{text('ui.users.token_once')}</strong></p>
          <pre class="raw token" tabIndex={0}>{made}</pre>
          <div class="dialog-foot">
            <Button onClick={() => void navigator.clipboard?.writeText(made)}>{text('ui.copy')}</Button>
            <Button kind="primary" onClick={close}>{text('ui.close')}</Button>
          </div>
        </>
      ) : (
        <form class="stack" noValidate onSubmit={(event) => void make(event)}>
          <TextField label={text('ui.users.token_name')} hint={text('ui.users.id_hint')} value={name} wrong={wrong['name']} autocomplete="off" spellcheck={false} onInput={setName} />
          <TextField label={text('ui.users.days')} value={days} wrong={wrong['days']} inputMode="numeric" onInput={setDays} />
          <Select label={text('ui.users.use')} value={use} onChange={setUse} options={[{ value: 'http', title: text('ui.users.use_http') }, { value: 'mqtt', title: text('ui.users.use_mqtt') }]} />
          <fieldset class="field"><legend class="label">{text('ui.head.rights')}</legend>
            {possible.map((right) => <Checkbox key={right} label={textOf(`ui.may.${right}`, right)} checked={rights.has(right)} onChange={(on) => toggle(right, on)} />)}
            {wrong['rights'] && <span class="wrong" role="alert">▲ {wrong['rights']}</span>}
          </fieldset>
          <TextField label={text('ui.password.old')} type="password" autocomplete="current-password" required value={password} onInput={setPassword} />
          {problem && <ErrorNote problem={problem} />}
          <div class="dialog-foot"><Button onClick={close}>{text('ui.cancel')}</Button><Button type="submit" kind="primary" busy={busy}>{text('ui.users.make_token')}</Button></div>
        </form>
      )}
    </Dialog>
  );
}
