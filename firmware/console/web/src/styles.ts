// How everything looks comes in the first script, not as a file of its own: what index.html shows is painted without waiting for
// it, and a phone on a slow network opens no second connection for it. A constructed sheet is no inline style to the security policy.
import base from './styles/base.css?inline';
import live from './styles/live.css?inline';
import parts from './styles/parts.css?inline';
import print from './styles/print.css?inline';
import screens from './styles/screens.css?inline';
import tokens from './styles/tokens.css?inline';

export function startStyles(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([tokens, base, parts, live, screens, print].join('\n'));
  document.adoptedStyleSheets = [sheet];
}
