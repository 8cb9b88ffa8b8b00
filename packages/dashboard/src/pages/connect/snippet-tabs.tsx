import { useState, type ReactElement } from 'react';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import './connect.css';
import { useGrpcAddress } from './endpoints.tsx';
import { snippetsFor } from './snippets.ts';

/** Shows the snippets for each kind of application. They work without changes. */
export function SnippetTabs({ keyRequired }: { readonly keyRequired: boolean }): ReactElement {
  const [id, setId] = useState('esm');
  const [key, setKey] = useState('');
  const grpc = useGrpcAddress();
  const snippets = snippetsFor({
    endpoint: window.location.origin,
    grpcEndpoint: grpc ?? undefined,
    key: keyRequired ? key.trim() || 'YOUR_INGEST_TOKEN' : undefined,
  });
  const chosen = snippets.find((snippet) => snippet.id === id) ?? snippets[0];
  return (
    <div className="stack">
      <Segments
        label="Your application"
        value={id}
        choices={snippets.map((snippet) => ({ key: snippet.id, label: snippet.label }))}
        onChange={setId}
      />
      {keyRequired && (
        <div className="field connect-key">
          <label htmlFor="ingest-key">Ingest token for the snippets below (it stays on this page)</label>
          <input
            id="ingest-key"
            className="input mono"
            type="password"
            autoComplete="off"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            aria-describedby="ingest-key-note"
          />
          <p id="ingest-key-note" className="faint">
            The collector knows tokens by their hash alone, so it cannot fill one in.{' '}
            <code>userspan token --permission ingest</code> generates one and prints the flag for the
            collector.
          </p>
        </div>
      )}
      <ol className="connect-steps">
        {chosen?.steps.map((step, at) => (
          <li key={step.title}>
            <h3>
              <span className="step-number">{at + 1}</span>
              {step.title}
            </h3>
            <CodeBlock text={step.text} label={step.title} />
          </li>
        ))}
      </ol>
    </div>
  );
}
