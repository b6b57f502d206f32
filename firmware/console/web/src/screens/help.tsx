// Short help, in the reader's language, where the work is.
import { Page } from '../components/index.ts';
import { shortcuts } from '../keys.ts';
import { screens } from '../screens.ts';
import { text, textOf } from '../text.ts';
import { Panel } from './parts/bits.tsx';

const titleOf = (path: string): string => {
  const screen = screens.find((one) => one.path === path);
  return screen ? text(screen.title) : path;
};

const parts = ['alarms', 'unknown', 'visit', 'vvtt', 'search', 'evidence', 'coverage', 'printing', 'lost'] as const;

export default function Help() {
  return (
    <Page title={text('ui.help.title')} under={text('ui.help.lead')}>
      <div class="columns">
        {parts.map((part) => (
          <Panel key={part} title={textOf(`ui.help.${part}`, part)}>
            <p class="card">{textOf(`ui.help.${part}.text`, '')}</p>
          </Panel>
        ))}
        <Panel title={text('ui.help.words')}>
          <dl class="facts card">
            {(['acknowledge', 'silence', 'shelve', 'hold', 'gap', 'index'] as const).flatMap((word) => [
              <dt key={word}>{textOf(`ui.help.word.${word}`, word)}</dt>,
              <dd key={`${word}-means`}>{textOf(`ui.help.means.${word}`, '')}</dd>,
            ])}
          </dl>
        </Panel>
        <Panel title={text('ui.help.keys')}>
          <dl class="facts card">
            {Object.entries(shortcuts).flatMap(([keys, to]) => [<dt key={keys}><kbd>{keys}</kbd></dt>, <dd key={to}>{titleOf(to)}</dd>])}
          </dl>
        </Panel>
      </div>
    </Page>
  );
}
