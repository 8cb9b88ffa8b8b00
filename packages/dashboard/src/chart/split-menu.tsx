import type { ReactElement } from 'react';
import type { Usage } from '../api/usage.ts';
import { plural } from '../format/count.ts';
import { Icon } from '../ui/icon.tsx';
import { Money } from '../ui/money.tsx';
import { Menu, MenuCheck } from '../ui/overlay/menu.tsx';
import type { Split } from '../url/pages.ts';

const splitLabels: Readonly<Record<Split, string>> = {
  model: 'Model',
  group: 'Group',
  service: 'Service',
  tag: 'Tag',
};

/** The key of a chart, if it is among the choices; otherwise the first choice. */
export function splitOf(chosen: Split | undefined, choices: readonly Split[]): Split {
  return choices.find((split) => split === chosen) ?? choices[0] ?? 'model';
}

/** Selects the key by which a chart is split. The first choice is the default and is not in the URL. */
export function SplitMenu(props: {
  readonly by: Split;
  readonly choices: readonly Split[];
  readonly onChange: (by: Split | undefined) => void;
}): ReactElement {
  const { by, choices, onChange } = props;
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="button quiet small">
          by {splitLabels[by].toLowerCase()}
          <Icon name="chevron" />
        </button>
      }
    >
      {choices.map((split) => (
        <MenuCheck
          key={split}
          checked={split === by}
          onSelect={() => onChange(split === choices[0] ? undefined : split)}
        >
          {splitLabels[split]}
        </MenuCheck>
      ))}
    </Menu>
  );
}

/** Says below a chart by tag what all calls cost, because a call with two tags is in it twice. */
export function TagNote({ usage }: { readonly usage: Usage }): ReactElement {
  const { calls, cost, costExact, unpricedCalls } = usage.total;
  return (
    <p className="faint chart-note">
      A call with two tags counts under each. Every call once, also those without a tag:{' '}
      {plural(calls, 'call')}, <Money cost={cost} costExact={costExact} unpricedCalls={unpricedCalls} />.
    </p>
  );
}
