import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { Feedback } from '../api/threads.ts';
import type { SharedSearch } from '../url/page-search.ts';
import './feedback-line.css';
import { Ago } from './time/ago.tsx';
import { Tip } from './tip/tip.tsx';

/** Shows feedback: thumb, score and comment. */
export function FeedbackLine(props: {
  readonly feedback: Feedback;
  readonly shared: SharedSearch;
  /** Whether to show the user, on pages that are not about one. */
  readonly showsUser?: boolean;
  readonly about?: ReactNode;
}): ReactElement {
  const { feedback, shared, showsUser = false, about } = props;
  const { thumb, score, comment, userId, userClaimed, at } = feedback;
  return (
    <div className="feedback-line">
      {thumb !== null && (
        <span className={thumb === 'up' ? 'badge good' : 'badge bad'}>
          {thumb === 'up' ? 'thumb up' : 'thumb down'}
        </span>
      )}
      {score !== null && <span className="badge">score {score}</span>}
      {comment !== null && (
        <span className="feedback-comment" dir="auto">
          {comment}
        </span>
      )}
      <span className="faint feedback-about">
        {showsUser &&
          (userId === null ? (
            'no user'
          ) : (
            <Link to="/user" search={{ ...shared, id: userId }} className="link truncate">
              {userId}
            </Link>
          ))}
        {userClaimed && (
          <Tip className="badge warn" text="The user is claimed by a browser, not verified.">
            unverified
          </Tip>
        )}
        {about}
        <Ago time={at} />
      </span>
    </div>
  );
}
