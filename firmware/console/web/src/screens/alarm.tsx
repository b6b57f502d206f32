// One alarm as a page: where a tap in the list leads on a phone, and what can be sent on as a link.
import { AlarmSheet } from '../components/alarm_sheet.tsx';
import { LinkButton, Page } from '../components/index.ts';
import { alarms } from '../live.ts';
import { alarmText } from '../names.ts';
import type { ScreenProps } from '../screens.ts';
import { text } from '../text.ts';

export default function AlarmPage({ params }: ScreenProps) {
  const id = params['id']!;
  const alarm = alarms.value.get(id);
  return (
    <Page title={alarm ? alarmText(alarm) : text('ui.alarm.title')}
      actions={
        <LinkButton kind="quiet" href="/alarms" icon="left">
          {text('ui.alarm.all')}
        </LinkButton>
      }>
      <div class="narrow">
        <AlarmSheet key={id} id={id} heading={false} />
      </div>
    </Page>
  );
}
