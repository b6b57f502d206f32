// Who may sign in, what a role may do, and tokens for programs.
import { useState } from 'preact/hooks';
import { asProblem, del, patch, post, useGet, type Problem } from '../api.ts';
import { Button, Dialog, ErrorNote, Page, Select, TextField, confirm } from '../components/index.ts';
import { session } from '../session.ts';
import { language, text, textOf } from '../text.ts';
import type { Names } from '../types.ts';
import { Asked, Moment, None, Person, Table, Tabs, Tag } from './parts/bits.tsx';
import { people } from './parts/records.ts';
import { Tokens } from './parts/tokens.tsx';

interface User {
  user: string;
  name: string;
  role: string;
  person: string;
  language: 'en' | 'es';
  enabled: boolean;
  locked_out: boolean;
  trained_on: string;
  signed_in_ts: number | null;
  sessions: number;
}
interface Role {
  role: string;
  name: Names;
  rights: string[];
}
const roleName = (role: Role): string => role.name[language.value] || role.role;

export default function Users() {
  const users = useGet<{ users: User[] }>('/users');
  const roles = useGet<{ roles: Role[] }>('/roles');
  const known = roles.data?.roles ?? [];
  return (
    <Page title={text('ui.users.title')}>
      <Tabs label={text('ui.users.title')} tabs={[
        { id: 'users', title: text('ui.users.users') },
        { id: 'tokens', title: text('ui.users.tokens') },
        { id: 'roles', title: text('ui.users.roles') },
      ]}>
        {(tab) =>
          tab === 'users' ? <UserList answer={users} roles={known} />
            : tab === 'tokens' ? <Tokens />
              : (
                <Asked answer={roles}>
                  <div class="columns">
                    {known.map((role) => (
                      <section key={role.role} class="card stack" aria-label={roleName(role)}>
                        <h2>{roleName(role)} <span class="secondary mono small">{role.role}</span></h2>
                        <ul class="rights">{role.rights.map((right) => <li key={right}>{textOf(`ui.may.${right}`, right)}</li>)}</ul>
                      </section>
                    ))}
                  </div>
                </Asked>
              )
        }
      </Tabs>
    </Page>
  );
}

type Answered<T> = ReturnType<typeof useGet<T>>;

function UserList({ answer, roles }: { answer: Answered<{ users: User[] }>; roles: readonly Role[] }) {
  const [editing, setEditing] = useState<User | 'new' | null>(null);
  const [password, setPassword] = useState<User | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const done = (): void => {
    setEditing(null);
    setPassword(null);
    answer.reload();
  };
  const change = async (todo: () => Promise<unknown>): Promise<void> => {
    setProblem(null);
    try {
      await todo();
      answer.reload();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const remove = async (user: User): Promise<void> => {
    if (await confirm({ title: text('ui.users.remove'), sentence: text('ui.users.remove_sure', { user: user.user }), yes: text('ui.users.remove') }))
      await change(() => del(`/users/${encodeURIComponent(user.user)}`));
  };
  const users = answer.data?.users ?? [];
  return (
    <>
      <div class="row"><Button kind="primary" icon="plus" onClick={() => setEditing('new')}>{text('ui.users.add')}</Button></div>
      {problem && <ErrorNote problem={problem} />}
      <Asked answer={answer} empty={users.length === 0}>
        <Table rows={users} caption={text('ui.users.users')} keyOf={(user) => user.user} columns={[
          { head: 'ui.head.user', cell: (user) => <strong class="mono">{user.user}</strong> },
          { head: 'ui.head.name', cell: (user) => user.name },
          { head: 'ui.head.role', cell: (user) => { const role = roles.find((one) => one.role === user.role); return role ? roleName(role) : user.role; } },
          { head: 'ui.head.person', cell: (user) => (user.person ? <Person id={user.person} /> : <None />) },
          { head: 'ui.head.state', cell: (user) => (!user.enabled ? <Tag mood="off">{text('ui.users.disabled')}</Tag> : user.locked_out ? <Tag mood="watch">{text('ui.users.locked')}</Tag> : <Tag mood="good">{text('ui.users.enabled')}</Tag>) },
          { head: 'ui.head.trained', cell: (user) => user.trained_on || <None /> },
          { head: 'ui.head.signed_in', cell: (user) => <Moment ms={user.signed_in_ts || null} full /> },
          {
            head: 'ui.head.do',
            cell: (user) => (
              <span class="row">
                <Button onClick={() => setEditing(user)}>{text('ui.change')}</Button>
                <Button onClick={() => setPassword(user)}>{text('ui.users.new_password')}</Button>
                {user.locked_out && <Button onClick={() => void change(() => patch(`/users/${encodeURIComponent(user.user)}`, { locked_out: false }))}>{text('ui.users.unlock')}</Button>}
                {user.user !== session()?.user && (
                  <>
                    <Button onClick={() => void change(() => patch(`/users/${encodeURIComponent(user.user)}`, { enabled: !user.enabled }))}>{text(!user.enabled ? 'ui.users.enable' : 'ui.users.disable')}</Button>
                    <Button kind="quiet" onClick={() => void remove(user)}>{text('ui.users.remove')}</Button>
                  </>
                )}
              </span>
            ),
          },
        ]} />
      </Asked>
      {editing && <UserDialog user={editing === 'new' ? null : editing} roles={roles} close={() => setEditing(null)} done={done} />}
      {password && <PasswordDialog user={password} close={() => setPassword(null)} done={done} />}
    </>
  );
}

function UserDialog({ user, roles, close, done }: { user: User | null; roles: readonly Role[]; close: () => void; done: () => void }) {
  const [id, setId] = useState(user?.user ?? '');
  const [name, setName] = useState(user?.name ?? '');
  const [role, setRole] = useState(user?.role ?? 'supervisor');
  const [person, setPerson] = useState(user?.person ?? '');
  const [trained, setTrained] = useState(user?.trained_on ?? '');
  const [tongue, setTongue] = useState<string>(user?.language ?? language.value);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const lacking: Record<string, string> = {};
    if (!/^[a-z0-9-]{1,40}$/.test(id)) lacking['id'] = text('ui.wrong.user_id');
    if (!name.trim()) lacking['name'] = text('ui.wrong.missing');
    if (!user && [...password].length < 12) lacking['password'] = text('ui.wrong.password_short');
    setWrong(lacking);
    if (Object.keys(lacking).length > 0) return;
    setBusy(true);
    setProblem(null);
    const said = { name: name.trim(), role, person, language: tongue, ...(trained ? { trained_on: trained } : {}) };
    try {
      if (user) await patch(`/users/${encodeURIComponent(user.user)}`, said);
      else await post('/users', { user: id, ...said, password });
      done();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={user ? text('ui.users.change_of', { user: user.user }) : text('ui.users.add')} onClose={close}>
      <form class="stack" noValidate onSubmit={(event) => void save(event)}>
        {!user && <TextField label={text('ui.head.user')} hint={text('ui.users.id_hint')} value={id} wrong={wrong['id']} autocomplete="off" autocapitalize="none" spellcheck={false} onInput={setId} />}
        <TextField label={text('ui.head.name')} value={name} wrong={wrong['name']} autocomplete="off" onInput={setName} />
        <Select label={text('ui.head.role')} value={role} onChange={setRole} options={roles.map((one) => ({ value: one.role, title: roleName(one) }))} />
        <TextField label={text('ui.users.person')} hint={text('ui.users.person_hint')} value={person} list="known-people" autocomplete="off" onInput={setPerson} />
        <datalist id="known-people">{[...people.value.keys()].map((one) => <option key={one} value={one} />)}</datalist>
        <TextField label={text('ui.users.trained')} type="date" value={trained} onInput={setTrained} />
        <Select label={text('ui.user.language')} value={tongue} onChange={setTongue} options={[{ value: 'en', title: 'English' }, { value: 'es', title: 'Español' }]} />
        {!user && <TextField label={text('ui.users.first_password')} hint={text('ui.users.password_hint')} type="password" value={password} wrong={wrong['password']} autocomplete="new-password" onInput={setPassword} />}
        {problem && <ErrorNote problem={problem} />}
        <div class="dialog-foot"><Button onClick={close}>{text('ui.cancel')}</Button><Button type="submit" kind="primary" busy={busy}>{text('ui.save')}</Button></div>
      </form>
    </Dialog>
  );
}

function PasswordDialog({ user, close, done }: { user: User; close: () => void; done: () => void }) {
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if ([...password].length < 12) {
      setWrong(text('ui.wrong.password_short'));
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await patch(`/users/${encodeURIComponent(user.user)}`, { password });
      done();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={text('ui.users.password_of', { user: user.user })} onClose={close}>
      <form class="stack" noValidate onSubmit={(event) => void save(event)}>
        <input type="text" autocomplete="username" value={user.user} readOnly hidden />
        <TextField label={text('ui.users.new_password')} hint={text('ui.users.password_hint')} type="password" value={password} wrong={wrong} autocomplete="new-password" onInput={setPassword} />
        <p class="secondary">{text('ui.users.password_ends')}</p>
        {problem && <ErrorNote problem={problem} />}
        <div class="dialog-foot"><Button onClick={close}>{text('ui.cancel')}</Button><Button type="submit" kind="primary" busy={busy}>{text('ui.save')}</Button></div>
      </form>
    </Dialog>
  );
}
