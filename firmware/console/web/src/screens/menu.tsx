// Every screen this person may open; on a phone the way to those that the bar has no place for.
import { Icon, Page } from '../components/index.ts';
import { groups, screens } from '../screens.ts';
import { may } from '../session.ts';
import { text } from '../text.ts';

export default function Menu() {
  return (
    <Page title={text('ui.menu.title')}>
      <div class="columns">
        {groups.map((group) => {
          const inside = screens.filter((screen) => screen.group === group.id && may(screen.right));
          if (inside.length === 0) return null;
          return (
            <section class="card" key={group.id} aria-labelledby={`group-${group.id}`}>
              <h2 id={`group-${group.id}`}>{text(group.title)}</h2>
              <ul class="menu-list">
                {inside.map((screen) => (
                  <li key={screen.path}>
                    <a href={screen.path}>
                      {screen.icon && <Icon name={screen.icon} />}
                      <span class="grow">{text(screen.title)}</span>
                      <Icon name="right" />
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Page>
  );
}
