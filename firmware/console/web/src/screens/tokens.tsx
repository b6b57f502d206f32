// One's own tokens, for whoever is signed in.
import { Page } from '../components/index.ts';
import { text } from '../text.ts';
import { Tokens } from './parts/tokens.tsx';

export default function OwnTokens() {
  return (
    <Page title={text('ui.users.tokens')}>
      <Tokens />
    </Page>
  );
}
