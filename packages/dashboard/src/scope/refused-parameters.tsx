import { Link } from '@tanstack/react-router';
import { closest, distance } from 'fastest-levenshtein';
import type { ReactElement } from 'react';
import { nameInText } from '../format/direction-marks.ts';
import type { RefusedParameter } from '../url/search-fields.ts';

/** Lists invalid parameters of the URL with suggestions, because a misspelt filter has no effect. */
export function RefusedParameters(props: {
  readonly refused: readonly RefusedParameter[];
  /** Names of the valid parameters. */
  readonly known: readonly string[];
}): ReactElement {
  const { refused, known } = props;
  return (
    <div className="note refused" role="alert">
      {refused.map(({ name, value, takes }) => (
        <p key={name}>
          {takes === undefined ? (
            <>
              This page has no parameter <code>{short(name)}</code>, so nothing is limited by it.{' '}
              <Meant name={name} value={value} known={known} />
            </>
          ) : (
            <>
              <code>{name}</code> is not <code>{short(value)}</code>: it takes {takes}.{' '}
            </>
          )}
          <Link to="." search={(now) => ({ ...now, [name]: undefined })} replace className="link underlined">
            Remove it
          </Link>
        </p>
      ))}
    </div>
  );
}

const mostShown = 80;

/** Suggests a parameter with a similar name. Shows nothing if there is none, because a wrong suggestion would mislead. */
function Meant(props: {
  readonly name: string;
  readonly value: RefusedParameter['value'];
  readonly known: readonly string[];
}): ReactElement | null {
  const { name, value, known } = props;
  const shown = name.slice(0, 64);
  const meant = closest(shown, [...known]);
  if (distance(shown, meant) > Math.max(shown.length, meant.length) / 2) return null;
  return (
    <>
      Did you mean{' '}
      <Link
        to="."
        search={(now) => ({ ...now, [name]: undefined, [meant]: value })}
        replace
        className="link underlined"
      >
        {meant}
      </Link>
      ?{' '}
    </>
  );
}

function short(text: string): string {
  return nameInText(text.length > mostShown ? `${text.slice(0, mostShown)}…` : text);
}
