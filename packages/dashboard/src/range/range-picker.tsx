import { useState, type FormEvent, type ReactElement } from 'react';
import { Field } from '../ui/form/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/overlay/popover.tsx';
import { timeZone } from '../api/lists/list-paths.ts';
import { calendarPresets, customRange, defaultRange, lengthPresets, rangeLabel } from '../url/range.ts';
import './range-picker.css';
import { useRange } from './use-range.ts';

/** Selects the range of the page, relative to now or between two times. */
export function RangePicker(): ReactElement {
  const { range, nowMs, setRange } = useRange();
  const [open, setOpen] = useState(false);
  return (
    <div className="row">
      {range.key === 'custom' && (
        <button type="button" className="button quiet" onClick={() => setRange({})}>
          Reset zoom
        </button>
      )}
      <Popover
        label="Range"
        align="end"
        open={open}
        onOpenChange={setOpen}
        trigger={
          <button type="button" className="button">
            <Icon name="calendar" />
            {rangeLabel(range)}
            <Icon name="chevron" />
          </button>
        }
      >
        <div className="range-presets">
          {[lengthPresets, calendarPresets].map((presets) => (
            <ul key={presets[0]?.key}>
              {presets.map(({ key, label }) => (
                <li key={key}>
                  <button
                    type="button"
                    className="menu-item"
                    aria-pressed={key === range.key}
                    onClick={() => {
                      setRange({ range: key === defaultRange ? undefined : key });
                      setOpen(false);
                    }}
                  >
                    <span className="mark">{key === range.key && <Icon name="check" />}</span>
                    {label}
                  </button>
                </li>
              ))}
            </ul>
          ))}
        </div>
        <div className="menu-line" />
        <CustomRange
          key={`${range.fromMs} ${range.toMs}`}
          fromMs={range.fromMs ?? (range.toMs ?? nowMs) - 7 * 86_400_000}
          toMs={range.toMs ?? nowMs}
          onPick={(fromMs, toMs) => {
            setRange(customRange(fromMs, toMs));
            setOpen(false);
          }}
        />
      </Popover>
    </div>
  );
}

function CustomRange(props: {
  readonly fromMs: number;
  readonly toMs: number;
  readonly onPick: (fromMs: number, toMs: number) => void;
}): ReactElement {
  const [from, setFrom] = useState(() => localInput(props.fromMs));
  const [to, setTo] = useState(() => localInput(props.toMs));
  const fromMs = new Date(from).getTime();
  const toMs = new Date(to).getTime();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.onPick(fromMs, toMs);
  };
  return (
    <form className="stack" style={{ gap: 8 }} onSubmit={submit}>
      <Field label="From" type="datetime-local" value={from} onText={setFrom} />
      <Field label="To" type="datetime-local" value={to} onText={setTo} />
      <p className="faint">Times are those of {timeZone.replaceAll('_', ' ')}.</p>
      <button type="submit" className="button" disabled={!(fromMs < toMs)}>
        Show this range
      </button>
    </form>
  );
}

/** Formats a time for `datetime-local`: local time, to the minute. */
function localInput(timeMs: number): string {
  const date = new Date(timeMs);
  return new Date(timeMs - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
