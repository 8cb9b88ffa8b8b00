import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { formatCount, plural } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import { Ago } from '../../ui/ago.tsx';
import { Money } from '../../ui/money.tsx';
import { Tip } from '../../ui/tip.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import { CallMoney } from '../call/call-money.tsx';
import { MessageLine } from './message-line.tsx';
import type { ConversationTurn, Step } from './turns.ts';

/** One turn: what was said, what ran for it, and what it cost. */
export function TurnCard(props: {
  readonly turn: ConversationTurn;
  readonly number: number;
  readonly shared: SharedSearch;
}): ReactElement {
  const { turn, number, shared } = props;
  return (
    <li className="card turn">
      <div className="turn-head">
        <h2>Turn {number}</h2>
        <span className="faint">
          <Ago time={turn.startMs} />
        </span>
        <span className="turn-figures">
          <span className="muted">{plural(turn.tokens, 'token')}</span>
          <strong>
            <Money
              cost={turn.costExact === null ? null : Number(turn.costExact)}
              costExact={turn.costExact}
              unpricedCalls={turn.unpricedCalls}
            />
          </strong>
        </span>
      </div>
      {turn.said.map((message, at) => (
        <MessageLine key={`${at} ${message.role}`} message={message} />
      ))}
      <ul className="steps">
        {turn.steps.map((step) => (
          <StepLine key={step.call?.spanId ?? step.run?.spanId} step={step} shared={shared} />
        ))}
      </ul>
    </li>
  );
}

function StepLine({ step, shared }: { readonly step: Step; readonly shared: SharedSearch }): ReactElement {
  const { depth, run, call } = step;
  return (
    <li className="step" style={{ paddingLeft: Math.min(depth, 8) * 16 }}>
      <i className={call === undefined ? 'step-dot' : 'step-dot call'} />
      {call === undefined ? (
        <span className="truncate">{run?.name}</span>
      ) : (
        <Link
          to="/call"
          search={{ ...shared, trace: call.traceId, span: call.spanId }}
          className="link truncate"
        >
          {call.model ?? call.requestModel ?? 'unknown model'}
        </Link>
      )}
      <span className="faint">{formatDuration((call ?? run)?.durationMs ?? 0)}</span>
      {call?.error != null && (
        <Tip className="badge bad" text={call.error}>
          error
        </Tip>
      )}
      {call !== undefined && (
        <span className="step-figures">
          <span className="faint">
            {formatCount(call.inputTokens)} → {formatCount(call.outputTokens)}
          </span>
          <span className="step-cost">
            <CallMoney call={call} />
          </span>
        </span>
      )}
    </li>
  );
}
