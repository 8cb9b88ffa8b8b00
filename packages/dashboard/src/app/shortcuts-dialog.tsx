import type { ReactElement } from 'react';
import { Dialog } from '../ui/overlay/dialog.tsx';
import { sideBar } from '../url/pages.ts';
import './shortcuts-dialog.css';

const mod = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';

const groups = [
  {
    title: 'Everywhere',
    keys: [
      [`${mod} K`, 'Find a user, a page, an action'],
      ['?', 'These shortcuts'],
      ...sideBar.map(({ letter, label }) => [`g ${letter}`, label] as const),
    ],
  },
  {
    title: 'Lists',
    keys: [
      ['/', 'Search'],
      ['j', 'Next row'],
      ['k', 'Previous row'],
      ['Enter', 'Open the row'],
      ['Space', 'Preview the row'],
      ['Tab', 'Move into the row, to exact figures'],
      ['Esc', 'Leave the row'],
    ],
  },
  {
    title: 'User',
    keys: [
      ['[', 'Previous user of the list'],
      [']', 'Next user'],
      ['u', 'Back to the list'],
    ],
  },
  {
    title: 'Chart',
    keys: [
      ['← →', 'Move between the bars'],
      ['Shift ← →', 'Select a range'],
      ['Enter', 'Zoom in'],
    ],
  },
] as const;

/** Lists all keyboard shortcuts. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title="Keyboard shortcuts" className="shortcuts" onClose={onClose}>
      <div className="dialog-body shortcuts-grid">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="faint">{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key} className="row spread">
                  <dt>{what}</dt>
                  <dd className="row">
                    {key.split(' ').map((one) => (
                      <kbd key={one} className="kbd">
                        {one}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
