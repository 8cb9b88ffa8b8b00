import { useState, type FormEvent, type ReactElement, type ReactNode } from 'react';
import { signIn } from '../api/session.ts';
import { reasonOf } from '../ui/page/failure-notice.tsx';
import './sign-in.css';

/** Asks for a token; for one of `project` if the page belongs to a project. */
export function SignIn(props: {
  readonly onSignedIn: () => void;
  readonly project?: string | undefined;
}): ReactElement {
  const { onSignedIn, project } = props;
  return (
    <main className="sign-in">
      <TokenForm onSignedIn={onSignedIn} className="card sign-in-card">
        <img src="/favicon.svg" alt="" width="32" height="32" />
        <h1>Userspan</h1>
        {project === undefined ? (
          <p className="muted">
            This collector needs a token: a value of <code>--token</code> that the collector was started with.
          </p>
        ) : (
          <p className="muted">
            This page belongs to the project <strong>{project}</strong> and needs a token of that project.{' '}
            <a className="link" href="/">
              Open the first project of your session
            </a>
          </p>
        )}
      </TokenForm>
    </main>
  );
}

/** A field for a token. The token is sent once, and afterwards a cookie is used that scripts cannot read. */
export function TokenForm(props: {
  readonly onSignedIn: () => void;
  readonly className: string;
  readonly children?: ReactNode;
}): ReactElement {
  const { onSignedIn, className, children } = props;
  const [token, setToken] = useState('');
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    signIn(token.trim())
      .then(onSignedIn, (error: unknown) => setFailure(reasonOf(error)))
      .finally(() => setBusy(false));
  };
  return (
    <form className={className} onSubmit={submit}>
      {children}
      <div className="field">
        <label htmlFor="token">Token</label>
        <input
          id="token"
          className="input"
          type="password"
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          aria-invalid={failure !== undefined}
          aria-describedby={failure === undefined ? undefined : 'token-failure'}
        />
      </div>
      {failure !== undefined && (
        <p id="token-failure" className="bad" role="alert">
          {failure}
        </p>
      )}
      <button type="submit" className="button primary" disabled={token.trim() === '' || busy}>
        Sign in
      </button>
    </form>
  );
}
