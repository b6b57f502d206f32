// Everything a screen is built from, in one import.
export { Badge, type Mark } from './badge.tsx';
export { Button, LinkButton } from './button.tsx';
export { Dialog, confirm } from './dialog.tsx';
export { Checkbox, Select, TextArea, TextField, type Option } from './field.tsx';
export { Icon, type IconName } from './icon.tsx';
export { Empty, ErrorNote, Loaded, SayingNote, Waiting, problemText, toast } from './notes.tsx';
export { Page } from './page.tsx';
export { Table, type Column } from './table.tsx';
export { Tabs, type Tab } from './tabs.tsx';
export { Ago, Since, Time } from './times.tsx';
