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
      {refused.map((each) => (
        <p key={each.name}>
          <Reason refused={each} known={known} />{' '}
          <Link
            to="."
            search={(now) => ({ ...now, [each.name]: each.isRepeated ? each.value : undefined })}
            replace
            className="link underlined"
          >
            {each.isRepeated ? 'Remove the others' : 'Remove it'}
          </Link>
        </p>
      ))}
    </div>
  );
}

function Reason(props: {
  readonly refused: RefusedParameter;
  readonly known: readonly string[];
}): ReactElement {
  const { name, value, takes, isRepeated } = props.refused;
  if (isRepeated) {
    return (
      <>
        <code>{name}</code> takes one value and is given more than once: the page uses the last one,{' '}
        <code>{short(value)}</code>.
      </>
    );
  }
  if (takes === undefined) {
    return (
      <>
        This page has no parameter <code>{short(name)}</code>, so nothing is limited by it.
        <Meant name={name} value={value} known={props.known} />
      </>
    );
  }
  return (
    <>
      <code>{name}</code> is not <code>{short(value)}</code>: it takes {takes}.
    </>
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
      {' '}
      Did you mean{' '}
      <Link
        to="."
        search={(now) => ({ ...now, [name]: undefined, [meant]: value })}
        replace
        className="link underlined"
      >
        {meant}
      </Link>
      ?
    </>
  );
}

function short(text: string): string {
  return nameInText(text.length > mostShown ? `${text.slice(0, mostShown)}…` : text);
}
