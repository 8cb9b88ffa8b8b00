import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { useLiveUpdates } from '../api/live.ts';
import { pageProject } from '../api/projects/page-project.ts';
import { sessionQuery } from '../api/session.ts';
import { usd } from '../format/money.ts';
import { CurrencyProvider } from '../ui/currency.tsx';
import { Icon } from '../ui/icon.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { ExternalImagesAllowed } from '../ui/avatar/pictures.ts';
import { UrlNotices } from '../scope/url-notices.tsx';
import { readCurrency } from '../url/currency-setting.ts';
import { readShared } from '../url/page-search.ts';
import { sideBar } from '../url/pages.ts';
import { projectUrl } from '../url/project-url.ts';
import { LiveMark } from './live-mark.tsx';
import { MainScroll } from './main-scroll.ts';
import { ProjectSwitcher } from './project-switcher.tsx';
import { SettingsMenu } from './settings-menu.tsx';
import './shell.css';
import { SignIn } from './sign-in.tsx';
import { readSetting, writeSetting } from './theme.ts';
import { useKeys } from './use-keys.ts';
import { Dialog } from '../ui/overlay/dialog.tsx';
import { FailureNotice } from '../ui/page/failure-notice.tsx';

const Palette = lazyPart(() => import('./palette.tsx').then((module) => module.Palette), CodeMissing);
const ShortcutsDialog = lazyPart(
  () => import('./shortcuts-dialog.tsx').then((module) => module.ShortcutsDialog),
  CodeMissing,
);

interface OpenDialog {
  readonly kind: 'palette' | 'shortcuts';
  /** Distinguishes it from dialogs that were open before. */
  readonly id: number;
}

const picturesSetting = 'userspan.pictures';

/** The frame of all pages: side bar, live updates, currency, palette, and the sign-in if the collector requires one. */
export function Shell(): ReactElement {
  const [main, setMain] = useState<HTMLElement | null>(null);
  const [dialog, setDialog] = useState<OpenDialog>();
  const session = useQuery(sessionQuery());
  const needsToken = session.data?.required === true && !session.data.signedIn;
  const live = useLiveUpdates(!needsToken && !session.isPending);
  const shared = useSearch({ strict: false, select: readShared });
  const currency = readCurrency(shared.currency) ?? readCurrency(readSetting('userspan.currency')) ?? usd;
  const [pictures, setPictures] = useState(() => readSetting(picturesSetting) === 'all');
  const navigate = useNavigate();
  const open = (kind: OpenDialog['kind']): void => {
    // The close event of a dialog arrives late. A dialog requested before that gets a new id, so that the event does
    // not close it.
    const isOpen = document.querySelector('dialog[open]') !== null;
    setDialog((now) => (isOpen && now?.kind === kind ? now : { kind, id: (now?.id ?? 0) + 1 }));
  };
  const nav = useRef<HTMLElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  // On a telephone the links are a line that scrolls.
  useEffect(() => {
    const link = nav.current?.querySelector('.active');
    link?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname, session.isPending]);
  const close = (id: number): void => setDialog((now) => (now?.id === id ? undefined : now));
  useKeys({
    'mod+k': () => open('palette'),
    '?': () => open('shortcuts'),
    ...Object.fromEntries(
      sideBar.map(({ to, letter }) => [`g ${letter}`, () => void navigate({ to, search: shared })]),
    ),
  });
  const onSignedIn = async (): Promise<void> => {
    const { data } = await session.refetch();
    const added = data?.projects.at(-1)?.project;
    // The token belongs to a project other than that of the page.
    if (pageProject !== undefined && added !== undefined && data?.signedIn === false) {
      window.location.assign(projectUrl(added, shared));
    }
  };
  if (needsToken) return <SignIn onSignedIn={() => void onSignedIn()} project={pageProject} />;
  return (
    <CurrencyProvider currency={currency}>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <div className="shell">
        <header className="side">
          <div className="side-top">
            <Link to="/" search={shared} className="brand">
              <img src="/favicon.svg" alt="" width="20" height="20" />
              Userspan
            </Link>
            {session.data?.project !== undefined && (
              <ProjectSwitcher
                current={session.data.project}
                projects={session.data.projects}
                shared={shared}
              />
            )}
            <button type="button" className="button side-search" onClick={() => open('palette')}>
              <Icon name="search" />
              <span>Go to…</span>
              <kbd className="kbd" aria-hidden="true">
                {navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'}
              </kbd>
            </button>
          </div>
          <nav className="side-nav" aria-label="Pages" ref={nav}>
            {sideBar.map(({ to, label, icon }) => (
              <Link
                key={to}
                to={to}
                search={shared}
                className="side-link"
                activeOptions={{ includeSearch: false, exact: true }}
              >
                <Icon name={icon} />
                {label}
              </Link>
            ))}
          </nav>
          <div className="side-end">
            <LiveMark state={live} />
            <span className="toolbar-space" />
            <button
              type="button"
              className="button quiet icon-only"
              aria-label="Keyboard shortcuts"
              data-tip="Keyboard shortcuts (?)"
              onClick={() => open('shortcuts')}
            >
              <Icon name="keyboard" />
            </button>
            <SettingsMenu
              currency={currency}
              pictures={pictures}
              onPictures={(all) => {
                setPictures(all);
                writeSetting(picturesSetting, all ? 'all' : undefined);
              }}
              canSignOut={session.data?.required === true}
            />
          </div>
        </header>
        <main id="main" ref={setMain} tabIndex={-1} data-scroll-restoration-id="main">
          <MainScroll value={main}>
            <ExternalImagesAllowed value={pictures}>
              <UrlNotices />
              <Outlet />
            </ExternalImagesAllowed>
          </MainScroll>
        </main>
      </div>
      <Suspense>
        {dialog?.kind === 'palette' && (
          <Palette
            key={dialog.id}
            onClose={() => close(dialog.id)}
            onShortcuts={() => setDialog({ kind: 'shortcuts', id: dialog.id + 1 })}
          />
        )}
        {dialog?.kind === 'shortcuts' && <ShortcutsDialog key={dialog.id} onClose={() => close(dialog.id)} />}
      </Suspense>
    </CurrencyProvider>
  );
}

/** Shown in place of a dialog whose code could not be loaded. */
function CodeMissing({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title="Not loaded" onClose={onClose}>
      <FailureNotice
        what="The code of this dialog"
        error={new Error('The collector did not send it.')}
        onRetry={() => window.location.reload()}
      />
    </Dialog>
  );
}
