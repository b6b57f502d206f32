// The configuration as it is in force: each value and where it comes from. Changed in its file, and checked
// by the command line; the console writes none of it.
import { useState } from 'preact/hooks';
import { useGet } from '../api.ts';
import { Checkbox, Page, TextField } from '../components/index.ts';
import { text } from '../text.ts';
import { matching, sectionsOf, type Json } from './model/settings.ts';
import { Asked, Panel, Tag } from './parts/bits.tsx';

export default function Settings() {
  const answer = useGet<{ config: Json; origins?: Record<string, string> }>('/settings');
  const [words, setWords] = useState('');
  const [changed, setChanged] = useState(false);
  const all = answer.data ? sectionsOf(answer.data.config, answer.data.origins ?? {}) : [];
  const sections = matching(all, words, changed);
  return (
    <Page title={text('ui.settings.title')} under={text('ui.settings.lead')}>
      <div class="row no-print when-fields">
        <TextField label={text('ui.settings.find')} type="search" value={words} autocomplete="off" onInput={setWords} />
        <Checkbox label={text('ui.settings.changed')} checked={changed} onChange={setChanged} />
      </div>
      <Asked answer={answer} empty={sections.length === 0}>
        {sections.map((section) => (
          <Panel key={section.name} title={section.name || text('ui.settings.general')}>
            <div class="table-wrap" role="region" tabIndex={0} aria-label={section.name || text('ui.settings.general')}>
              <table class="stacks">
                <thead>
                  <tr><th scope="col">{text('ui.head.setting')}</th><th scope="col">{text('ui.head.value')}</th><th scope="col">{text('ui.head.origin')}</th></tr>
                </thead>
                <tbody>
                  {section.lines.map((line) => (
                    <tr key={line.pointer}>
                      <td data-label={text('ui.head.setting')}><code>{line.path}</code></td>
                      <td data-label={text('ui.head.value')}><code class="wrap">{line.value}</code></td>
                      <td data-label={text('ui.head.origin')}>{line.isDefault ? <span class="secondary">{text('ui.settings.default')}</span> : <Tag>{line.origin}</Tag>}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        ))}
      </Asked>
    </Page>
  );
}
