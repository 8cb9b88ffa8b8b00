import type { ReactElement } from 'react';
import type { Channel } from '../../api/spend/alerts.ts';

/** Chooses the channels that receive the messages. */
export function ChannelChoices(props: {
  readonly channels: readonly Channel[];
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: readonly string[]) => void;
}): ReactElement {
  const { channels, chosen, onChoose } = props;
  return (
    <fieldset className="form-set">
      <legend>Channels</legend>
      {channels.length === 0 && (
        <p className="muted">No channel yet. Until you add one, the alert is shown on this page only.</p>
      )}
      {channels.map(({ id, name, type }) => (
        <label key={id} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) =>
              onChoose(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          />
          {name} <span className="faint">{type}</span>
        </label>
      ))}
    </fieldset>
  );
}
