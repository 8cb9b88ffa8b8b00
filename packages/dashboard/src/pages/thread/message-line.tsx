import type { ReactElement } from 'react';
import './message-line.css';
import type { Message } from './messages.ts';

/** Who said what. */
export function MessageLine({ message }: { readonly message: Message }): ReactElement {
  return (
    <div className={message.role === 'assistant' ? 'message answer' : 'message'}>
      <span className="faint">{message.role}</span>
      <p>{message.text}</p>
    </div>
  );
}
