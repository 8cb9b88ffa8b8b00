import * as RadixMenu from '@radix-ui/react-dropdown-menu';
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from '../icon.tsx';

/** A button with a menu of actions or choices, with the usual keyboard controls. */
export function Menu(props: {
  readonly trigger: ReactElement;
  readonly align?: 'start' | 'end';
  readonly children: ReactNode;
}): ReactElement {
  return (
    <RadixMenu.Root modal={false}>
      <RadixMenu.Trigger asChild>{props.trigger}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content
          className="menu"
          align={props.align ?? 'start'}
          sideOffset={4}
          collisionPadding={8}
          loop
        >
          {props.children}
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

/** A menu of further actions for the row or card named by `label`. */
export function MoreMenu(props: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="button quiet icon-only small" aria-label={props.label}>
          <Icon name="more" />
        </button>
      }
    >
      {props.children}
    </Menu>
  );
}

/** An action. */
export function MenuItem(props: {
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <RadixMenu.Item
      className={props.danger === true ? 'menu-item bad' : 'menu-item'}
      onSelect={props.onSelect}
      disabled={props.disabled === true}
    >
      {props.icon !== undefined && <Icon name={props.icon} />}
      {props.children}
    </RadixMenu.Item>
  );
}

/** One of several choices, or an option that can be on or off. */
export function MenuCheck(props: {
  readonly checked: boolean;
  readonly keepOpen?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <RadixMenu.CheckboxItem
      className="menu-item"
      checked={props.checked}
      onSelect={(event) => {
        if (props.keepOpen === true) event.preventDefault();
        props.onSelect();
      }}
    >
      <span className="mark">{props.checked && <Icon name="check" />}</span>
      {props.children}
    </RadixMenu.CheckboxItem>
  );
}

/** The heading of a group of choices. */
export function MenuLabel({ children }: { readonly children: ReactNode }): ReactElement {
  return <RadixMenu.Label className="menu-label">{children}</RadixMenu.Label>;
}
