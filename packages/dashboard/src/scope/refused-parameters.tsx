import { Link } from '@tanstack/react-router';
import { closest } from 'fastest-levenshtein';
import type { ReactElement } from 'react';
import type { RefusedParameter } from '../url/search-fields.ts';

/** Says which parameters of the URL the page does not take, and what was probably meant: a misspelt filter filters nothing. */
export function RefusedParameters(props: {
  readonly refused: readonly RefusedParameter[];
  /** Names that the page takes. */
  readonly known: readonly string[];
}): ReactElement {
  const { refused, known } = props;
  return (
    <div className="note refused" role="alert">
      {refused.map(({ name, value, takes }) => (
        <p key={name}>
          {takes === undefined ? (
            <>
              This page has no parameter <code>{short(name)}</code>, so nothing is limited by it. Did you mean{' '}
              <Link
                to="."
                search={(now) => ({
                  ...now,
                  [name]: undefined,
                  [closest(name.slice(0, 64), [...known])]: value,
                })}
                replace
                className="link"
              >
                {closest(name.slice(0, 64), [...known])}
              </Link>
              ?{' '}
            </>
          ) : (
            <>
              <code>{name}</code> is not <code>{short(value)}</code>: it takes {takes}.{' '}
            </>
          )}
          <Link to="." search={(now) => ({ ...now, [name]: undefined })} replace className="link">
            Remove it
          </Link>
        </p>
      ))}
    </div>
  );
}

const mostShown = 80;

function short(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}
