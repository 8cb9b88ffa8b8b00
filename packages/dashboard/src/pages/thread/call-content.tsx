import { useMemo, useState, type ReactElement } from 'react';
import type { CallDetail } from '../../api/calls.ts';
import { nameInText } from '../../format/direction-marks.ts';
import { MessageFormSwitch, type MessageForm } from './message-form.tsx';
import { MessageText } from './message-text.tsx';
import { readMessages } from './messages.ts';
import './transcript.css';

/** Shows the messages of a call's input and output; nothing if content is not stored. */
export function CallContent({
  messages,
}: {
  readonly messages: CallDetail['messages'];
}): ReactElement | null {
  const [form, setForm] = useState<MessageForm>('formatted');
  const entries = useMemo(
    () => [
      ...readMessages(messages?.system, 'system'),
      ...readMessages(messages?.input, 'user'),
      ...readMessages(messages?.output, 'assistant'),
    ],
    [messages],
  );
  if (entries.length === 0) return null;
  return (
    <section className="card" aria-label="Content">
      <div className="card-head">
        <h2>Content</h2>
        <MessageFormSwitch form={form} onChange={setForm} />
      </div>
      <div className="card-body">
        {entries.map(({ role, text, toolCalls, toolResults }, at) => (
          <article
            key={`${at} ${role}`}
            className={role === 'assistant' ? 'transcript-entry answer' : 'transcript-entry'}
          >
            <span className="faint truncate">{role}</span>
            <div className="transcript-main">
              {text !== '' && <MessageText text={text} isPlain={form === 'plain'} />}
              {toolCalls.map((call, index) => (
                <code key={`${index} ${call.name}`} className="message-plain">
                  {nameInText(call.name)}({call.args})
                </code>
              ))}
              {toolResults.map(({ id, result, isError }, index) => (
                <code key={`${index} ${id}`} className={isError ? 'message-plain bad' : 'message-plain'}>
                  → {result}
                </code>
              ))}
            </div>
          </article>
        ))}
      </div>
    </section>
  );
}
