import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { removeSilence, type AlertRule, type Silence } from '../../api/spend/alerts.ts';
import { useIsAdmin } from '../../api/session.ts';
import { formatMoment } from '../../format/time.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';

/** Lists silences and mutes with their ends. */
export function SilencesCard(props: {
  readonly silences: readonly Silence[];
  readonly rules: readonly AlertRule[];
}): ReactElement {
  const { silences, rules } = props;
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const removing = useMutation({
    mutationFn: removeSilence,
    onSuccess: () => client.invalidateQueries({ queryKey: ['live', 'silences'] }),
  });
  const nameOf = ({ rule, user, group }: Silence): string => {
    if (user !== null) return `User ${user}`;
    if (group !== null) return `Group ${group}`;
    return rule === null ? 'All alerts' : (rules.find(({ id }) => id === rule)?.name ?? rule);
  };
  return (
    <section className="card" aria-label="Silences and mutes">
      <div className="card-head">
        <h2>Silences and mutes</h2>
      </div>
      {removing.error !== null && (
        <p className="card-body bad" role="alert">
          {reasonOf(removing.error)}
        </p>
      )}
      <ul className="row-list">
        {silences.map((silence) => (
          <li key={silence.id}>
            <div className="words">
              <strong>{nameOf(silence)}</strong>
              <p className="muted">
                {silence.until === null
                  ? 'until it is removed'
                  : `until ${formatMoment(Date.parse(silence.until))}`}
                {silence.comment !== '' && ` · ${silence.comment}`}
              </p>
            </div>
            {isAdmin && (
              <div className="actions">
                <button
                  type="button"
                  className="button small"
                  disabled={removing.isPending}
                  onClick={() => removing.mutate(silence.id)}
                >
                  End<span className="hidden-visually"> the silence of {nameOf(silence)}</span>
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
