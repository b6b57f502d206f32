// Buttons and links that look like them. `busy` keeps focus and says so, instead of disabling.
import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { text } from '../text.ts';
import { Icon, type IconName } from './icon.tsx';

interface Looks {
  kind?: 'plain' | 'primary' | 'quiet';
  icon?: IconName;
  wide?: boolean;
  tall?: boolean;
}
const looks = ({ kind = 'plain', wide, tall }: Looks): string =>
  `button ${kind === 'plain' ? '' : kind} ${wide ? 'wide' : ''} ${tall ? 'tall' : ''}`.trim();

type ButtonProps = Looks & { busy?: boolean; label?: string; children?: ComponentChildren } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'label'> & {
    type?: 'button' | 'submit';
    disabled?: boolean;
  };

// `label`: its name where only the icon is seen.
export function Button({ kind, icon, wide, tall, busy = false, label, children, onClick, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={`${looks({ kind, wide, tall })} ${String(rest.class ?? '')}`.trim()}
      aria-label={label}
      title={label}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (!busy) onClick?.(event);
        else event.preventDefault();
      }}
    >
      {icon && <Icon name={icon} />}
      {busy ? text('ui.waiting') : children}
    </button>
  );
}

export function LinkButton({ kind, icon, wide, tall, href, children, download }: Looks & { href: string; children: ComponentChildren; download?: boolean }) {
  return (
    <a class={looks({ kind, wide, tall })} href={href} download={download}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}
