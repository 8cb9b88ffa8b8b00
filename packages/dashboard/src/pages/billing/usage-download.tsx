import { useState, type ReactElement } from 'react';
import { apiPath } from '../../api/request.ts';
import { Field } from '../../ui/form/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SelectField } from '../../ui/form/select-field.tsx';

/** Downloads usage by customer, day and model. */
export function UsageDownload(): ReactElement {
  const [format, setFormat] = useState<'csv' | 'ndjson' | 'focus'>('csv');
  const [by, setBy] = useState<'user' | 'group'>('user');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  return (
    <section className="card" aria-label="Usage as a file">
      <div className="card-head">
        <h2>Usage as a file</h2>
      </div>
      <div className="card-body stack">
        <div className="form-grid">
          <SelectField
            label="Format"
            value={format}
            choices={[
              { key: 'csv', label: 'CSV' },
              { key: 'ndjson', label: 'Lines of JSON' },
              { key: 'focus', label: 'FOCUS 1.2 (CSV)' },
            ]}
            onChoose={setFormat}
          />
          <SelectField
            label="Customer"
            value={by}
            choices={[
              { key: 'user', label: 'User' },
              { key: 'group', label: 'Group' },
            ]}
            onChoose={setBy}
          />
          <Field label="From (UTC; this month if empty)" type="date" value={from} onText={setFrom} />
          <Field label="To (UTC; today if empty)" type="date" value={to} onText={setTo} />
        </div>
        <div>
          <a
            className="button"
            href={apiPath(['meter', 'export'], { format, customer: by, from, to })}
            download={`usage-${format}.${format === 'ndjson' ? 'ndjson' : 'csv'}`}
          >
            <Icon name="download" />
            Download
          </a>
        </div>
      </div>
    </section>
  );
}
