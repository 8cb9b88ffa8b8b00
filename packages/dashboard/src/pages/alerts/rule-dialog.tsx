import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { measures, saveAlert, severities, subjects, type Channel } from '../../api/spend/alerts.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { FormDialog } from '../../ui/form/form-dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import '../../ui/row-list.css';
import { SelectField } from '../../ui/form/select-field.tsx';
import { ChannelChoices } from './channel-choices.tsx';
import { mayProject, nameOf, ruleOf, type RuleForm } from './rule-form.ts';
import { badFilterLine, measureTexts } from './rule-text.ts';

const windowChoices = [
  { key: '5m', label: 'Last 5 minutes' },
  { key: '1h', label: 'Last hour' },
  { key: '24h', label: 'Last 24 hours' },
  { key: '7d', label: 'Last 7 days' },
  { key: '31d', label: 'Last 31 days' },
  { key: 'day', label: 'Calendar day' },
  { key: 'week', label: 'Calendar week' },
  { key: 'month', label: 'Calendar month' },
];

/** Adds or changes an alert rule. */
export function RuleDialog(props: {
  readonly first: RuleForm;
  readonly channels: readonly Channel[];
  readonly onClose: () => void;
}): ReactElement {
  const { first, channels, onClose } = props;
  const [form, setForm] = useState(first);
  const [problem, setProblem] = useState<string>();
  const client = useQueryClient();
  const change = (part: Partial<RuleForm>): void => setForm((now) => ({ ...now, ...part }));
  const saving = useMutation({
    mutationFn: saveAlert,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['live'] });
      onClose();
    },
  });
  const submit = (): void => {
    const bad = badFilterLine(form.filter);
    setProblem(bad === undefined ? undefined : `Write a filter as name=value; got “${bad}”.`);
    if (bad === undefined) saving.mutate(ruleOf(form));
  };
  const changeThreshold = (at: number, part: Partial<RuleForm['thresholds'][number]>): void =>
    change({ thresholds: form.thresholds.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  const windows = windowChoices.some(({ key }) => key === form.window)
    ? windowChoices
    : [{ key: form.window, label: form.window }, ...windowChoices];
  const isCalendar = ['day', 'week', 'month'].includes(form.window);
  return (
    <FormDialog
      title={first.id === undefined ? 'New alert' : 'Edit alert'}
      onClose={onClose}
      onSubmit={submit}
      failure={problem ?? (saving.error === null ? undefined : reasonOf(saving.error))}
      actions={
        <button type="submit" className="button primary" disabled={saving.isPending}>
          {first.id === undefined ? 'Add alert' : 'Save'}
        </button>
      }
    >
      <div className="form-grid">
        <div className="whole">
          <Field
            label="Name"
            value={form.name}
            placeholder={nameOf(form)}
            onText={(name) => change({ name })}
          />
        </div>
        <SelectField
          label="Measure"
          value={form.measure}
          choices={measures.map((key) => ({ key, label: measureTexts[key].label }))}
          onChoose={(measure) =>
            change({ measure, direction: measure === 'coverage' ? 'below' : form.direction })
          }
        />
        <SelectField
          label="Of"
          value={form.of}
          choices={subjects.map((key) => ({
            key,
            label: key === 'project' ? 'The whole project' : `Each ${key}`,
          }))}
          onChoose={(of) => change({ of })}
        />
        <SelectField
          label="Window"
          value={form.window}
          choices={windows}
          onChoose={(window) => change({ window })}
        />
        {isCalendar ? (
          <Field
            label="Time zone"
            value={form.timeZone}
            placeholder="Europe/Berlin"
            onText={(timeZone) => change({ timeZone })}
          />
        ) : (
          <Field
            label="Minimum number of calls"
            value={form.minimumCalls}
            inputMode="numeric"
            onText={(minimumCalls) => change({ minimumCalls })}
          />
        )}
        <SelectField
          label="Fires when"
          value={form.direction}
          choices={[
            { key: 'above', label: 'at or above' },
            { key: 'below', label: 'below' },
          ]}
          onChoose={(direction) => change({ direction })}
        />
        <SelectField
          label="Compare with"
          value={form.comparedToBefore ? 'before' : 'value'}
          choices={[
            { key: 'value', label: 'a fixed value' },
            { key: 'before', label: 'the previous window' },
          ]}
          onChoose={(key) => change({ comparedToBefore: key === 'before' })}
        />
      </div>
      {mayProject(form) && (
        <label className="check">
          <input
            type="checkbox"
            checked={form.projected ?? false}
            onChange={(event) => change({ projected: event.target.checked })}
          />
          Fire as soon as the forecast for the end of the {form.window} reaches a threshold
        </label>
      )}
      <fieldset className="form-set">
        <legend>
          Thresholds, in{' '}
          {form.comparedToBefore ? 'times the previous window' : measureTexts[form.measure].unit}
        </legend>
        <div className="stack tight">
          {form.thresholds.map((threshold, at) => (
            // Thresholds have no id, only a position.
            <div key={at} className="row">
              <input
                className="input number"
                inputMode="decimal"
                aria-label={`Value of threshold ${at + 1}`}
                placeholder="1.00"
                value={threshold.value}
                onChange={(event) => changeThreshold(at, { value: event.target.value })}
              />
              <select
                className="input"
                aria-label={`Severity of threshold ${at + 1}`}
                value={threshold.severity}
                onChange={(event) =>
                  changeThreshold(at, {
                    severity: severities.find((one) => one === event.target.value) ?? 'critical',
                  })
                }
              >
                {severities.map((severity) => (
                  <option key={severity}>{severity}</option>
                ))}
              </select>
              <button
                type="button"
                className="button quiet icon-only"
                aria-label={`Remove threshold ${at + 1}`}
                disabled={form.thresholds.length === 1}
                onClick={() => change({ thresholds: form.thresholds.filter((_, index) => index !== at) })}
              >
                <Icon name="trash" />
              </button>
            </div>
          ))}
          <div>
            <button
              type="button"
              className="button quiet small"
              disabled={form.thresholds.length >= 10}
              onClick={() => change({ thresholds: [...form.thresholds, { severity: 'warning', value: '' }] })}
            >
              <Icon name="plus" />
              Add threshold
            </button>
          </div>
        </div>
      </fieldset>
      <ChannelChoices
        channels={channels}
        chosen={form.channels}
        onChoose={(chosen) => change({ channels: chosen })}
      />
      <div className="field">
        <label htmlFor="rule-filter">Filter: one name=value per line (all calls if empty)</label>
        <textarea
          id="rule-filter"
          className="input mono"
          rows={Math.max(2, form.filter.split('\n').length)}
          placeholder={'model=gpt-5\nplan=pro'}
          value={form.filter}
          onChange={(event) => change({ filter: event.target.value })}
        />
      </div>
      <div className="form-grid">
        <SelectField
          label="Without calls"
          value={form.noData}
          choices={[
            { key: 'zero', label: 'count as zero' },
            { key: 'keep', label: 'keep the state' },
            { key: 'alert', label: 'alert' },
          ]}
          onChoose={(noData) => change({ noData })}
        />
        <Field
          label="Repeat every (hours; never if empty)"
          value={form.renotifyHours}
          inputMode="decimal"
          onText={(renotifyHours) => change({ renotifyHours })}
        />
      </div>
    </FormDialog>
  );
}
